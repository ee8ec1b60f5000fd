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
}
