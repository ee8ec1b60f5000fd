using Microsoft.ML;

namespace Plrs.MLNet.Tests.Support;

/// <summary>A small folder of images on disk, one subfolder a class, as ML.NET users have them.</summary>
internal sealed class ImageFolder : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<ImageRow> _rows = [];

    public ImageFolder(int imagesPerClass, int classes = 3)
    {
        for (var number = 0; number < imagesPerClass; number++)
        {
            foreach (var kind in TestImages.Classes.Take(classes))
            {
                Add(kind, $"{number:D3}.png", TestImages.Encode(kind, number));
            }
        }
    }

    public string Path => _folder.Path;

    public IReadOnlyList<ImageRow> Rows => _rows;

    public void Add(string label, string name, byte[] content)
    {
        File.WriteAllBytes(_folder.File(label, name), content);
        _rows.Add(new ImageRow { ImagePath = System.IO.Path.Combine(label, name), Label = label });
    }

    public IDataView Load(MLContext mlContext) => mlContext.Data.LoadFromEnumerable(_rows);

    public void Dispose() => _folder.Dispose();
}

internal sealed class ImageRow
{
    public string ImagePath { get; set; } = "";

    public string? Label { get; set; }
}

internal sealed class InMemoryImage
{
    public byte[] Image { get; set; } = [];

    public string? Label { get; set; }
}
