using Plrs.MLNet.Images;
using Plrs.MLNet.Randomness;

namespace Plrs.MLNet.Tests.Images.Batching;

/// <summary>
/// What an augmenter is to make of an image, value by value, change after change, and with the numbers of the draws written out.
/// </summary>
internal sealed class ReferenceAugmentation(ImageAugmentation augmentation, Normalization normalization, int size, int seed)
{
    public float[] Apply(byte[] pixels, int image, long epoch)
    {
        var (left, top, width, height) = Window(image, epoch);
        var isMirrored = augmentation.HorizontalFlip && Philox4x32.Below(2, seed, RandomStream.Augmentation, epoch, (3 * image) + 2) == 1;
        var factors = Enumerable.Range(0, 4)
            .Select(number => (2 * Philox4x32.Uniform(seed, RandomStream.ColorJitter, epoch, (4 * image) + number)) - 1).ToArray();
        var window = new double[height * width][];
        for (var i = 0; i < window.Length; i++)
        {
            window[i] = [Pixel(0, i % width, i / width), Pixel(1, i % width, i / width), Pixel(2, i % width, i / width)];
        }

        var mean = window.Average(Grey);
        var result = new float[pixels.Length];
        for (var y = 0; y < size; y++)
        {
            for (var x = 0; x < size; x++)
            {
                var color = Changed(
                    [.. Enumerable.Range(0, ImageDecoder.Channels).Select(channel => Sample(channel, x, y))], factors, mean);
                for (var channel = 0; channel < ImageDecoder.Channels; channel++)
                {
                    var place = (channel * size * size) + (y * size) + (isMirrored ? size - 1 - x : x);
                    result[place] =
                        (float)(((Math.Clamp(color[channel], 0, 255) / 255) - normalization.Mean[channel])
                            / normalization.StandardDeviation[channel]);
                }
            }
        }

        return result;

        double Pixel(int channel, int x, int y) =>
            left + x >= 0 && left + x < size && top + y >= 0 && top + y < size
                ? pixels[(channel * size * size) + ((top + y) * size) + left + x]
                : Math.Round(255 * normalization.Mean[channel]);

        double Sample(int channel, int x, int y)
        {
            var sourceX = Math.Clamp(((x + 0.5) * width / size) - 0.5, 0, width - 1);
            var sourceY = Math.Clamp(((y + 0.5) * height / size) - 0.5, 0, height - 1);
            var (x0, y0) = ((int)sourceX, (int)sourceY);
            var (x1, y1) = (Math.Min(x0 + 1, width - 1), Math.Min(y0 + 1, height - 1));
            var upper = Between(Pixel(channel, x0, y0), Pixel(channel, x1, y0), sourceX - x0);
            return Between(upper, Between(Pixel(channel, x0, y1), Pixel(channel, x1, y1), sourceX - x0), sourceY - y0);
        }
    }

    public static double Grey(double[] color) => (0.299 * color[0]) + (0.587 * color[1]) + (0.114 * color[2]);

    private static double Between(double one, double other, double share) => one + ((other - one) * share);

    private (int Left, int Top, int Width, int Height) Window(int image, long epoch)
    {
        var padding = augmentation.RandomCropPadding;
        var shiftX = Philox4x32.Below((2 * padding) + 1, seed, RandomStream.Augmentation, epoch, 3 * image) - padding;
        var shiftY = Philox4x32.Below((2 * padding) + 1, seed, RandomStream.Augmentation, epoch, (3 * image) + 1) - padding;
        for (var attempt = 0; attempt < 10 && augmentation.MinimumCropArea < 1; attempt++)
        {
            var item = (40 * image) + (4 * attempt);
            var area = Between(augmentation.MinimumCropArea, 1, Philox4x32.Uniform(seed, RandomStream.ResizedCrop, epoch, item))
                * size * size;
            var greatest = Math.Log(augmentation.MaximumCropAspectRatio);
            var ratio = Math.Exp(Between(-greatest, greatest, Philox4x32.Uniform(seed, RandomStream.ResizedCrop, epoch, item + 1)));
            var (width, height) = ((int)Math.Round(Math.Sqrt(area * ratio)), (int)Math.Round(Math.Sqrt(area / ratio)));
            if (width >= 1 && width <= size && height >= 1 && height <= size)
            {
                var left = Philox4x32.Below(size - width + 1, seed, RandomStream.ResizedCrop, epoch, item + 2);
                var top = Philox4x32.Below(size - height + 1, seed, RandomStream.ResizedCrop, epoch, item + 3);
                return (left + shiftX, top + shiftY, width, height);
            }
        }

        return (shiftX, shiftY, size, size);
    }

    /// <summary>Hue, saturation, contrast, brightness, one after the other.</summary>
    private double[] Changed(double[] color, double[] factors, double mean)
    {
        var grey = Grey(color);
        double[] rest = [.. color.Select(value => value - grey)];
        double[] quarter = [(rest[2] - rest[1]) / Math.Sqrt(3), (rest[0] - rest[2]) / Math.Sqrt(3), (rest[1] - rest[0]) / Math.Sqrt(3)];
        var greyOfQuarter = Grey(quarter);
        var (sine, cosine) = Math.SinCos(2 * Math.PI * augmentation.Hue * factors[3]);
        return
        [
            .. rest.Zip(quarter, (straight, turned) => grey + (cosine * straight) + (sine * (turned - greyOfQuarter)))
                .Select(value => grey + ((1 + (augmentation.Saturation * factors[2])) * (value - grey)))
                .Select(value => mean + ((1 + (augmentation.Contrast * factors[1])) * (value - mean)))
                .Select(value => (1 + (augmentation.Brightness * factors[0])) * value),
        ];
    }
}
