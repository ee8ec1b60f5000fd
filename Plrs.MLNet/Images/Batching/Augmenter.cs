using System.Numerics;
using Plrs.MLNet.Randomness;

namespace Plrs.MLNet.Images;

/// <summary>
/// Normalises a training image, cropped, enlarged, mirrored and changed in colour at random. Several threads can call it at once: what it
/// works with lies on the stack.
/// </summary>
internal sealed class Augmenter(ImageAugmentation augmentation, Normalization normalization, int imageSize, int seed)
{
    // Beyond the image is the mean colour, which tells the network nothing: after normalising it is zero, but for the rounding.
    private readonly byte[] _padding =
    [
        .. normalization.Mean.SelectMany(mean => Enumerable.Repeat((byte)Math.Clamp(Math.Round(255 * mean), 0, 255), imageSize)),
    ];
    private readonly bool _changesColors = augmentation is not { Brightness: 0, Contrast: 0, Saturation: 0, Hue: 0 };

    /// <summary>Changes an image.</summary>
    /// <param name="pixels">Its decoded bytes.</param>
    /// <param name="image">Its number.</param>
    /// <param name="use">Which use of it: the epoch, where it is used once in each.</param>
    /// <param name="normalized">Where its values go.</param>
    public void Apply(ReadOnlySpan<byte> pixels, int image, long use, Span<float> normalized)
    {
        var draws = new ImageDraws(seed, image, use);
        var window = Window(draws);
        var isMirrored = augmentation.HorizontalFlip && draws.Below(2, RandomStream.Augmentation, number: 2) == 1;
        var rows = new WindowRows(
            window, isMirrored, _padding, stackalloc int[imageSize], stackalloc float[imageSize], stackalloc float[imageSize + 1]);
        var colors = _changesColors ? Colors(pixels, window, draws) : default;

        // Whole vectors, so that no loop has a rest.
        var length = (imageSize + Vector<float>.Count - 1) / Vector<float>.Count * Vector<float>.Count;
        Span<float> values = stackalloc float[ImageDecoder.Channels * length];
        var area = imageSize * imageSize;
        for (var y = 0; y < imageSize; y++)
        {
            for (var channel = 0; channel < ImageDecoder.Channels; channel++)
            {
                rows.Make(channel, pixels.Slice(channel * area, area), y, values.Slice(channel * length, length));
            }

            if (_changesColors)
            {
                colors.Apply(values[..length], values.Slice(length, length), values[(2 * length)..]);
            }

            for (var channel = 0; channel < ImageDecoder.Channels; channel++)
            {
                var row = values.Slice(channel * length, length);
                normalization.Apply(channel, row);
                row[..imageSize].CopyTo(normalized[((channel * area) + (y * imageSize))..]);
            }
        }
    }

    /// <summary>The window that is cut: of the image, or of the image as it is when another window has been cut of it padded.</summary>
    private CropWindow Window(ImageDraws draws)
    {
        var padding = augmentation.RandomCropPadding;
        var window = augmentation.MinimumCropArea < 1
            ? CropWindow.Random(imageSize, augmentation, draws)
            : new CropWindow(0, 0, imageSize, imageSize);
        return window with
        {
            Left = window.Left + draws.Below((2 * padding) + 1, RandomStream.Augmentation, number: 0) - padding,
            Top = window.Top + draws.Below((2 * padding) + 1, RandomStream.Augmentation, number: 1) - padding,
        };
    }

    private ColorMatrix Colors(ReadOnlySpan<byte> pixels, CropWindow window, ImageDraws draws)
    {
        return new ColorMatrix(
            Factor(augmentation.Brightness, number: 0),
            Factor(augmentation.Contrast, number: 1),
            Factor(augmentation.Saturation, number: 2),
            draws.Between(-augmentation.Hue, augmentation.Hue, RandomStream.ColorJitter, number: 3),
            augmentation.Contrast == 0 ? 0 : MeanGrey(pixels, window));

        double Factor(double most, int number) => draws.Between(1 - most, 1 + most, RandomStream.ColorJitter, number);
    }

    private double MeanGrey(ReadOnlySpan<byte> pixels, CropWindow window)
    {
        var area = imageSize * imageSize;
        var (left, width) = window.ColumnsInside(imageSize).GetOffsetAndLength(window.Width);
        var (top, height) = window.RowsInside(imageSize).GetOffsetAndLength(window.Height);
        Span<long> sums = stackalloc long[ImageDecoder.Channels];
        for (var channel = 0; channel < ImageDecoder.Channels; channel++)
        {
            sums[channel] = (((long)window.Width * window.Height) - ((long)width * height)) * _padding[channel * imageSize];
            for (var y = window.Top + top; y < window.Top + top + height; y++)
            {
                foreach (var value in pixels.Slice((channel * area) + (y * imageSize) + window.Left + left, width))
                {
                    sums[channel] += value;
                }
            }
        }

        return ColorMatrix.Grey(sums[0], sums[1], sums[2]) / ((double)window.Width * window.Height);
    }
}
