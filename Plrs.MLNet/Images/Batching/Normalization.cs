using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Plrs.MLNet.Images;

/// <summary>
/// Per-channel normalisation of pixels from bytes to floats: (value / 255 − mean) / standard deviation. It travels with the
/// model, so that scoring sees what training saw.
/// </summary>
internal sealed class Normalization
{
    private readonly float[][] _tables;

    /// <param name="mean">The mean of each channel, in [0, 1].</param>
    /// <param name="standardDeviation">The standard deviation of each channel, above 0.</param>
    public Normalization(float[] mean, float[] standardDeviation)
    {
        Mean = mean;
        StandardDeviation = standardDeviation;
        _tables = new float[mean.Length][];
        for (var channel = 0; channel < mean.Length; channel++)
        {
            var table = new float[256];
            for (var value = 0; value < table.Length; value++)
            {
                table[value] = ((value / 255f) - mean[channel]) / standardDeviation[channel];
            }

            _tables[channel] = table;
        }
    }

    public float[] Mean { get; }

    public float[] StandardDeviation { get; }

    /// <summary>The normalised value of each byte value in a channel.</summary>
    public ReadOnlySpan<float> Table(int channel) => _tables[channel];

    /// <summary>The constants, to the last bit.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"mean {Words(Mean)}, standard deviation {Words(StandardDeviation)}");

    /// <summary>The constants of some of a set's images. Sums are of whole numbers, so the result does not depend on the order.</summary>
    public static Normalization Measure(ImageSet set, ReadOnlySpan<int> images)
    {
        PlaneSums red = default, green = default, blue = default;
        foreach (var image in images)
        {
            var summary = set.Summary(image);
            red += summary.Red;
            green += summary.Green;
            blue += summary.Blue;
        }

        PlaneSums[] sums = [red, green, blue];
        var count = (double)set.ImageSize * set.ImageSize * images.Length;
        var mean = new float[ImageDecoder.Channels];
        var deviation = new float[ImageDecoder.Channels];
        for (var channel = 0; channel < ImageDecoder.Channels; channel++)
        {
            var average = sums[channel].Values / count;
            var variance = Math.Max(0, (sums[channel].Squares / count) - (average * average));
            mean[channel] = (float)(average / 255);

            // One grey level at least: a channel that never changes must not divide by zero.
            deviation[channel] = (float)(Math.Max(Math.Sqrt(variance), 1) / 255);
        }

        return new Normalization(mean, deviation);
    }

    /// <summary>Normalises a whole image.</summary>
    public void Apply(ReadOnlySpan<byte> pixels, Span<float> normalized)
    {
        var area = pixels.Length / _tables.Length;
        for (var channel = 0; channel < _tables.Length; channel++)
        {
            var table = Table(channel);
            var source = pixels.Slice(channel * area, area);
            var target = normalized.Slice(channel * area, area);
            for (var i = 0; i < source.Length; i++)
            {
                target[i] = table[source[i]];
            }
        }
    }

    /// <summary>Normalises values of one channel in place, as its <see cref="Table"/> does where they are whole.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="values">The values, from 0 to 255: whole vectors.</param>
    public void Apply(int channel, Span<float> values)
    {
        var (mean, deviation) = (new Vector<float>(Mean[channel]), new Vector<float>(StandardDeviation[channel]));
        foreach (ref var value in MemoryMarshal.Cast<float, Vector<float>>(values))
        {
            value = ((value / new Vector<float>(255)) - mean) / deviation;
        }
    }

    private static string Words(float[] channels) =>
        string.Join(' ', channels.Select(value => value.ToString("R", CultureInfo.InvariantCulture)));
}
