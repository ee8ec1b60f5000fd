namespace CompareSchedules.Data;

/// <summary>Image files in a subfolder for each class: a whole folder of them, or its <c>train</c> and <c>test</c>.</summary>
internal static class ImageFolders
{
    private const string Train = "train";
    private const string Test = "test";

    private static readonly string[] Extensions = [".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp"];

    public static (IReadOnlyList<Example> Train, IReadOnlyList<Example> Test) Read(string folder)
    {
        var (train, test) = (Path.Combine(folder, Train), Path.Combine(folder, Test));
        return (Directory.Exists(train), Directory.Exists(test)) switch
        {
            (true, true) => (Classes(train), Classes(test)),
            (true, false) => throw new DataException($"The folder '{folder}' has a subfolder '{Train}' and none that is called '{Test}'."),
            _ => (Classes(folder), []),
        };
    }

    /// <summary>The images in a folder, by name.</summary>
    public static IEnumerable<Example> In(string folder, string label) => Directory.EnumerateFiles(folder)
        .Where(path => Extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase))
        .Order(StringComparer.Ordinal)
        .Select(path => OfFile(path, label));

    public static Example OfFile(string path, string label) => new(label, path, () => File.ReadAllBytes(path));

    private static Example[] Classes(string folder)
    {
        var examples = new DirectoryInfo(folder).GetDirectories()
            .Where(subfolder => !subfolder.Name.StartsWith('.'))
            .OrderBy(subfolder => subfolder.Name, StringComparer.Ordinal)
            .SelectMany(subfolder => In(subfolder.FullName, subfolder.Name))
            .ToArray();
        return examples.Length > 0 ? examples
            : throw new DataException($"The subfolders of '{folder}' hold no images ({string.Join(", ", Extensions)}). Each class's images belong in a subfolder with its name.");
    }
}
