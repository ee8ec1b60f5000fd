using Plrs.MLNet.Benchmarks.Comparisons;

namespace Plrs.MLNet.Benchmarks;

/// <summary>An image file's bytes, in memory.</summary>
internal sealed class EncodedImage
{
    // Enough that no run sees few images only, and few enough for memory where they are photos.
    private const int Most = 2000;

    public byte[] Image { get; set; } = [];

    public static List<EncodedImage> FromFolder(ImageFolder images) =>
        [.. LabeledImage.SomeFromFolder(images.Path, Most).Select(file => new EncodedImage { Image = File.ReadAllBytes(file.ImagePath) })];
}
