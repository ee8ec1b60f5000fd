using Plrs.MLNet.Images.Decoding;
using Plrs.MLNet.Randomness;

namespace Plrs.MLNet.Images.Batching;

/// <summary>
/// Normalises a training image, cropped and mirrored at random. The draws are keyed by the seed, the epoch and the image,
/// so they are the same whatever the order, the threads, or the step a run was resumed at.
/// </summary>
internal sealed class Augmenter(ImageAugmentation augmentation, Normalization normalization, int imageSize, int seed)
{
    private const long DrawsPerImage = 3;

    public void Apply(ReadOnlySpan<byte> pixels, int image, int epoch, Span<float> normalized)
    {
        var padding = augmentation.RandomCropPadding;
        var shiftX = Draw((2 * padding) + 1, epoch, image, item: 0) - padding;
        var shiftY = Draw((2 * padding) + 1, epoch, image, item: 1) - padding;
        var flip = augmentation.HorizontalFlip && Draw(2, epoch, image, item: 2) == 1;

        var area = imageSize * imageSize;
        for (var channel = 0; channel < ImageDecoder.Channels; channel++)
        {
            var table = normalization.Table(channel);
            for (var y = 0; y < imageSize; y++)
            {
                var target = normalized.Slice((channel * area) + (y * imageSize), imageSize);
                var sourceY = y + shiftY;
                if ((uint)sourceY >= (uint)imageSize)
                {
                    target.Fill(table[0]);
                    continue;
                }

                CopyRow(pixels.Slice((channel * area) + (sourceY * imageSize), imageSize), shiftX, table, target);
                if (flip)
                {
                    target.Reverse();
                }
            }
        }
    }

    private int Draw(int bound, int epoch, int image, int item) =>
        Philox4x32.Below(bound, seed, RandomStream.Augmentation, epoch, (DrawsPerImage * image) + item);

    private static void CopyRow(ReadOnlySpan<byte> source, int shift, ReadOnlySpan<float> table, Span<float> target)
    {
        var first = Math.Max(0, -shift);
        var last = Math.Min(source.Length, source.Length - shift);
        target[..first].Fill(table[0]);
        for (var x = first; x < last; x++)
        {
            target[x] = table[source[x + shift]];
        }

        target[last..].Fill(table[0]);
    }
}
