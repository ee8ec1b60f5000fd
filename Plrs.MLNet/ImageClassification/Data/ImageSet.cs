namespace Plrs.MLNet.ImageClassification.Data;

/// <summary>The usable images of a data set, decoded, with their classes.</summary>
internal sealed class ImageSet(PixelStore pixels, int[] slots, int[] labels)
{
    /// <summary>The number of images.</summary>
    public int Count => slots.Length;

    /// <summary>The decoded bytes of one image; see <see cref="ImageDecoder"/>.</summary>
    public ReadOnlySpan<byte> Pixels(int index) => pixels[slots[index]];

    /// <summary>The class of one image, from 0.</summary>
    public int Label(int index) => labels[index];
}
