namespace Plrs.MLNet.Experiments.Folders;

/// <summary>Image files in a subfolder for each class: a whole folder of them, or its <c>train</c> and <c>test</c>.</summary>
internal static class TrainAndTestFolders
{
    private const string Train = "train";
    private const string Test = "test";

    public static (IReadOnlyList<Example> Train, IReadOnlyList<Example> Test) Read(string folder)
    {
        var (train, test) = (Path.Combine(folder, Train), Path.Combine(folder, Test));
        return (Directory.Exists(train), Directory.Exists(test)) switch
        {
            (true, true) => (Classes(train), Classes(test)),
            (true, false) =>
                throw new FolderException($"The folder '{folder}' has a subfolder '{Train}' and none that is called '{Test}'."),
            _ => (Classes(folder), []),
        };
    }

    /// <summary>The images in a folder, by name.</summary>
    public static IEnumerable<Example> In(string folder, string label) => ImageFolder.ImagesIn(folder).Select(path => OfFile(path, label));

    public static Example OfFile(string path, string label) => new(label, path, () => File.ReadAllBytes(path));

    private static Example[] Classes(string folder)
    {
        var examples = ImageFolder.ClassFolders(folder).SelectMany(subfolder => In(subfolder.FullName, subfolder.Name)).ToArray();
        return examples.Length > 0 ? examples
            : throw new FolderException(
                $"The subfolders of '{folder}' hold no images ({string.Join(", ", ImageFolder.Extensions)}). " +
                "Each class's images belong in a subfolder with its name.");
    }
}
