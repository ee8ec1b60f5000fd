namespace Plrs.MLNet.Experiments.Folders;

/// <summary>Reads a folder with a subfolder for each class, and divides its images into training and test.</summary>
internal static class ImageFolder
{
    private const int PredictionsShown = 8;

    /// <summary>How the names of image files end.</summary>
    public static IReadOnlyList<string> Extensions { get; } = [".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp"];

    /// <summary>The images of all classes, in the order of their names, to train on and test with.</summary>
    /// <exception cref="FolderException">There is nothing to train on.</exception>
    public static ModelInput[] Read(string folder)
    {
        var images = List(folder);
        return images.CountBy(image => image.Label).ToArray() switch
        {
            [var (name, _)] =>
                throw new FolderException($"Only the subfolder '{name}' of '{folder}' holds images; at least two classes are needed."),
            var counts when Array.Find(counts, count => count.Value < 2) is { Value: > 0 } few => throw new FolderException(
                $"The class '{few.Key}' has one image only; at least two are needed, one to train on and one to test with."),
            _ => images,
        };
    }

    /// <summary>The images of all classes, in the order of their names, however few.</summary>
    /// <exception cref="FolderException">There is no image.</exception>
    public static ModelInput[] List(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new FolderException($"The folder '{folder}' does not exist.");
        }

        var classes = ClassFolders(folder);
        if (classes.Length == 0)
        {
            throw new FolderException(
                $"The folder '{folder}' has no subfolders. " +
                $"Each class's images belong in a subfolder with its name: {Path.Combine(folder, "<class>", "<image>")}");
        }

        ModelInput[] images = [.. classes.SelectMany(Images)];
        return images.Length > 0
            ? images
            : throw new FolderException($"The subfolders of '{folder}' hold no images ({string.Join(", ", Extensions)}).");
    }

    /// <summary>The subfolders of classes, by name; hidden ones are none.</summary>
    public static DirectoryInfo[] ClassFolders(string folder) =>
    [
        .. new DirectoryInfo(folder).GetDirectories()
            .Where(subfolder => !subfolder.Name.StartsWith('.'))
            .OrderBy(subfolder => subfolder.Name, StringComparer.Ordinal),
    ];

    /// <summary>The paths of the images in a folder, by name.</summary>
    public static IEnumerable<string> ImagesIn(string folder) =>
        Directory.EnumerateFiles(folder).Where(IsImage).OrderBy(Path.GetFileName, StringComparer.Ordinal);

    /// <summary>Whether a file is an image by its name.</summary>
    public static bool IsImage(string path) => Extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);

    /// <summary>Draws the same share of each class for the test; one image at least is trained on and one tested with.</summary>
    public static (ModelInput[] Train, ModelInput[] Test) Split(ModelInput[] images, double testFraction, int seed)
    {
        var random = new Random(seed);
        var train = new List<ModelInput>();
        var test = new List<ModelInput>();
        foreach (var group in images.GroupBy(image => image.Label))
        {
            var members = group.ToArray();
            random.Shuffle(members);
            var testCount = Math.Clamp((int)Math.Round(testFraction * members.Length), 1, members.Length - 1);
            test.AddRange(members[..testCount]);
            train.AddRange(members[testCount..]);
        }

        return ([.. train], [.. test]);
    }

    /// <summary>A few images, drawn at random, to show what the model makes of them.</summary>
    public static ModelInput[] Few(ModelInput[] images, int seed)
    {
        var few = images.ToArray();
        new Random(seed).Shuffle(few);
        return few[..Math.Min(PredictionsShown, few.Length)];
    }

    private static IEnumerable<ModelInput> Images(DirectoryInfo subfolder) => ImagesIn(subfolder.FullName)
        .Select(path => new ModelInput { ImagePath = path, Label = subfolder.Name });
}
