namespace Plrs.MLNet.Images;

/// <summary>
/// Which pixels of a line make each pixel of a shorter or longer line, and with what weights. The filter is a triangle, as wide as two
/// pixels of the longer of both: it interpolates when the line grows, and averages when the line shrinks. It is what Pillow calls BILINEAR,
/// with which torchvision's weights were made.
/// </summary>
internal sealed class FilterWindows
{
    /// <summary>The weights of a pixel add up to 2 to this power.</summary>
    public const int WeightBits = 14;

    private const int One = 1 << WeightBits;

    private int[] _first = [];
    private int[] _weights = [];
    private double[] _exact = [];
    private (int Source, int Target) _lengths;

    /// <summary>The number of weights of each pixel; those beyond a window are 0.</summary>
    public int Taps { get; private set; }

    /// <summary>The first pixel of the window of a pixel. All <see cref="Taps"/> pixels from there on are on the line.</summary>
    public int First(int pixel) => _first[pixel];

    /// <summary>The weights of a pixel's window.</summary>
    public ReadOnlySpan<int> Weights(int pixel) => _weights.AsSpan(pixel * Taps, Taps);

    /// <summary>Makes the windows for lines of some lengths; costs nothing where they are the last ones.</summary>
    /// <param name="source">The length of the line that there is.</param>
    /// <param name="target">The length of the line to make.</param>
    public void Prepare(int source, int target)
    {
        if (_lengths == (source, target))
        {
            return;
        }

        var scale = (double)source / target;
        var support = Math.Max(1, scale);
        Taps = Math.Min(source, (int)Math.Ceiling(2 * support) + 1);
        if (_first.Length < target)
        {
            _first = new int[target];
        }

        if (_weights.Length < target * Taps)
        {
            _weights = new int[target * Taps];
        }

        if (_exact.Length < Taps)
        {
            _exact = new double[Taps];
        }

        for (var pixel = 0; pixel < target; pixel++)
        {
            var center = (pixel + 0.5) * scale;
            _first[pixel] = Math.Clamp((int)Math.Floor(center - support), 0, source - Taps);
            Weigh(_weights.AsSpan(pixel * Taps, Taps), center - _first[pixel], support);
        }

        _lengths = (source, target);
    }

    // Rounded so that they add up to one: a plain area stays as it is.
    private void Weigh(Span<int> weights, double center, double support)
    {
        var sum = 0.0;
        for (var i = 0; i < weights.Length; i++)
        {
            _exact[i] = Math.Max(0, 1 - (Math.Abs(i + 0.5 - center) / support));
            sum += _exact[i];
        }

        var (before, rounded) = (0.0, 0);
        for (var i = 0; i < weights.Length; i++)
        {
            before += _exact[i];
            var upTo = (int)Math.Round(before / sum * One);
            weights[i] = upTo - rounded;
            rounded = upTo;
        }
    }
}
