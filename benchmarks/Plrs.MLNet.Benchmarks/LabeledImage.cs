namespace Plrs.MLNet.Benchmarks;

/// <summary>An image file in a folder with one subfolder a class.</summary>
internal sealed class LabeledImage
{
    public string ImagePath { get; set; } = "";

    public string Label { get; set; } = "";

    public static List<LabeledImage> FromFolder(string folder) =>
        [.. from directory in Directory.GetDirectories(folder).Order(StringComparer.Ordinal)
            from file in Directory.GetFiles(directory).Order(StringComparer.Ordinal)
            select new LabeledImage { ImagePath = file, Label = Path.GetFileName(directory) }];

    /// <summary>About <paramref name="count"/> of the files, evenly from all classes.</summary>
    public static List<LabeledImage> SomeFromFolder(string folder, int count)
    {
        var files = FromFolder(folder);
        var every = Math.Max(1, files.Count / count);
        return [.. files.Where((_, i) => i % every == 0)];
    }
}
