using System.Numerics;
using System.Runtime.InteropServices;

namespace Plrs.MLNet.Images;

/// <summary>
/// Brightness, contrast, saturation and hue changed at once: each new value is a sum of the pixel's three old ones and a constant. The
/// changes are linear about grey, so one matrix holds them all.
/// </summary>
internal readonly struct ColorMatrix
{
    // How much each channel counts in a pixel's grey (ITU-R BT.601).
    private static readonly double[] GreyShares = [0.299, 0.587, 0.114];

    private readonly Row _red;
    private readonly Row _green;
    private readonly Row _blue;

    /// <param name="brightness">The factor of all values.</param>
    /// <param name="contrast">The factor of their distances from the mean grey.</param>
    /// <param name="saturation">The factor of colours' distances from their greys.</param>
    /// <param name="hue">The share of a full turn that colours are turned by, towards green where they are red.</param>
    /// <param name="meanGrey">The image's mean grey.</param>
    public ColorMatrix(double brightness, double contrast, double saturation, double hue, double meanGrey)
    {
        var (sine, cosine) = Math.SinCos(Math.Tau * hue);
        var offset = brightness * (1 - contrast) * meanGrey;
        _red = RowOf(0);
        _green = RowOf(1);
        _blue = RowOf(2);

        Row RowOf(int channel) => new(Factor(channel, 0), Factor(channel, 1), Factor(channel, 2), (float)offset);

        // A colour is its grey and a rest, which has none. Turned by a quarter, the rest (r, g, b) is (b − g, r − b, g − r) / √3, less what
        // this has of grey.
        float Factor(int channel, int source)
        {
            var (next, last) = ((source + 1) % 3, (source + 2) % 3);
            var quarter = (channel == next ? 1 : channel == last ? -1 : 0) - (GreyShares[next] - GreyShares[last]);
            var rest = (cosine * ((channel == source ? 1 : 0) - GreyShares[source])) + (sine * quarter / Math.Sqrt(3));
            return (float)(brightness * contrast * (GreyShares[source] + (saturation * rest)));
        }
    }

    /// <summary>A pixel's grey.</summary>
    public static double Grey(double red, double green, double blue) =>
        (GreyShares[0] * red) + (GreyShares[1] * green) + (GreyShares[2] * blue);

    /// <summary>Changes pixels in place; values stay between 0 and 255.</summary>
    /// <param name="red">Their values in red: whole vectors, as those of the other channels.</param>
    /// <param name="green">In green.</param>
    /// <param name="blue">In blue.</param>
    public void Apply(Span<float> red, Span<float> green, Span<float> blue)
    {
        var reds = MemoryMarshal.Cast<float, Vector<float>>(red);
        var greens = MemoryMarshal.Cast<float, Vector<float>>(green);
        var blues = MemoryMarshal.Cast<float, Vector<float>>(blue);
        for (var i = 0; i < reds.Length; i++)
        {
            var (r, g, b) = (reds[i], greens[i], blues[i]);
            reds[i] = _red.Of(r, g, b);
            greens[i] = _green.Of(r, g, b);
            blues[i] = _blue.Of(r, g, b);
        }
    }

    private readonly struct Row(float red, float green, float blue, float offset)
    {
        private readonly float _red = red;
        private readonly float _green = green;
        private readonly float _blue = blue;
        private readonly float _offset = offset;

        public Vector<float> Of(Vector<float> red, Vector<float> green, Vector<float> blue) =>
            Vector.Min(
                Vector.Max((red * _red) + (green * _green) + (blue * _blue) + new Vector<float>(_offset), Vector<float>.Zero),
                new Vector<float>(255));
    }
}
