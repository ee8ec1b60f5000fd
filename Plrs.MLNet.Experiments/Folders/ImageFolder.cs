namespace Plrs.MLNet.Experiments.Folders;

/// <summary>Reads a folder with a subfolder for each class, and divides its images into training and test.</summary>
internal static class ImageFolder
{
    private const int PredictionsShown = 8;

    // Folders of these names are parts of the data, each with its own folders of classes.
    private static readonly string[] Parts = ["train", "test", "val", "valid", "validation"];

    /// <summary>The images of all classes, in the order of their names, to train on and test with.</summary>
    /// <param name="folder">The folder with a subfolder for each class.</param>
    /// <param name="passedOver">Counts what is passed over.</param>
    /// <exception cref="FolderException">There is nothing to train on, or nothing for a class.</exception>
    public static ModelInput[] Read(string folder, PassedOver? passedOver = null)
    {
        var others = passedOver ?? new();
        var images = List(folder, others);
        CheckEveryClass(folder, others);
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
    /// <param name="folder">The folder with a subfolder for each class.</param>
    /// <param name="passedOver">Counts what is passed over, and classes without images.</param>
    /// <exception cref="FolderException">There is no image.</exception>
    public static ModelInput[] List(string folder, PassedOver? passedOver = null)
    {
        if (!Directory.Exists(folder))
        {
            throw new FolderException($"The folder '{folder}' does not exist.");
        }

        var others = passedOver ?? new();
        var classes = ClassFolders(folder, others);
        if (classes.Length == 0)
        {
            throw new FolderException(
                $"The folder '{folder}' has no subfolders. " +
                $"Each class's images belong in a subfolder with its name: {Path.Combine(folder, "<class>", "<image>")}");
        }

        if (Array.TrueForAll(classes, subfolder => Parts.Contains(subfolder.Name, StringComparer.OrdinalIgnoreCase)))
        {
            throw new FolderException(
                $"The subfolders of '{folder}' ({string.Join(", ", classes.Select(subfolder => subfolder.Name))}) are parts of the data " +
                $"by their names, and no classes. Name one of them, such as '{Path.Combine(folder, classes[^1].Name)}'.");
        }

        ModelInput[] images =
            [.. OfClasses(classes, others).Select(image => new ModelInput { ImagePath = image.Path, Label = image.Label })];
        return images.Length > 0 ? images : throw None(folder, others);
    }

    /// <summary>
    /// The subfolders of classes, by name. Hidden ones are none, and neither are links within the folder, whose images are there already.
    /// </summary>
    public static DirectoryInfo[] ClassFolders(string folder, PassedOver others)
    {
        var classes = new List<DirectoryInfo>();
        foreach (var entry in new DirectoryInfo(folder).EnumerateFileSystemInfos().OrderBy(entry => entry.Name, StringComparer.Ordinal))
        {
            if (ImageFiles.IsHidden(entry))
            {
                others.AddHidden(entry);
            }
            else if (entry is not DirectoryInfo subfolder)
            {
                others.AddBeside(entry.Name);
            }
            else if (subfolder.LinkTarget is not null && !LeadsOut(subfolder, folder))
            {
                others.AddLink();
            }
            else
            {
                classes.Add(subfolder);
            }
        }

        return [.. classes];
    }

    /// <summary>The images of classes, in the order of the classes and of the files' names.</summary>
    public static IEnumerable<(string Label, string Path)> OfClasses(IEnumerable<DirectoryInfo> classes, PassedOver others) =>
        classes.SelectMany(subfolder =>
        {
            var images = ImageFiles.In(subfolder.FullName, others);
            if (images.Length == 0)
            {
                others.AddEmptyClass(subfolder.Name);
            }

            return images.Select(path => (subfolder.Name, path));
        });

    /// <exception cref="FolderException">There are classes without an image to train on.</exception>
    public static void CheckEveryClass(string folder, PassedOver others)
    {
        if (others.EmptyClasses.Count > 0)
        {
            var (folders, hold) = others.EmptyClasses.Count > 1 ? ("subfolders", "hold") : ("subfolder", "holds");
            throw new FolderException(
                $"The {folders} '{string.Join("', '", others.EmptyClasses)}' of '{folder}' {hold} no images " +
                $"({string.Join(", ", ImageFiles.Extensions)}){AndPassedOver(others)}. " +
                "Each class needs some; remove the subfolder of one that is not to be learned.");
        }
    }

    /// <summary>The error of a folder whose subfolders hold no images.</summary>
    public static FolderException None(string folder, PassedOver others) =>
        new($"The subfolders of '{folder}' hold no images ({string.Join(", ", ImageFiles.Extensions)}){AndPassedOver(others)}. " +
            "Each class's images belong in a subfolder with its name.");

    private static string AndPassedOver(PassedOver others) => others.Words is { Length: > 0 } words ? $"; passed over: {words}" : "";

    private static bool LeadsOut(DirectoryInfo link, string folder)
    {
        var target = link.ResolveLinkTarget(returnFinalTarget: true);
        if (target is null)
        {
            return false;
        }

        var root = Path.GetFullPath(new DirectoryInfo(folder).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? folder);
        return !IsWithin(target.FullName, root) && !IsWithin(root, target.FullName);
    }

    private static bool IsWithin(string path, string folder) => Path.GetRelativePath(folder, path) is var relative
        && relative != ".." && !relative.StartsWith($"..{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
        && !Path.IsPathRooted(relative);

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
}
