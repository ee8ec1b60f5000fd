namespace TensorDecomposition;

/// <summary>
/// Random numbers that a seed and the number of a stream fix on every machine: SplitMix64 (Steele, Lea, Flood, "Fast splittable
/// pseudorandom number generators", 2014), and Box and Muller's transform for normal ones.
/// </summary>
internal sealed class RandomNumbers(int seed, int stream)
{
    private ulong _state = Mix(((ulong)(uint)seed << 32) | (uint)stream);
    private double? _spare;

    /// <summary>64 random bits.</summary>
    public ulong Bits() => Mix(_state += 0x9E3779B97F4A7C15);

    /// <summary>A number from the standard normal distribution.</summary>
    public double Normal()
    {
        if (_spare is { } spare)
        {
            _spare = null;
            return spare;
        }

        // 1 − u is above 0, so the logarithm is finite.
        var radius = Math.Sqrt(-2 * Math.Log(1 - Uniform()));
        var (sine, cosine) = Math.SinCos(2 * Math.PI * Uniform());
        _spare = radius * sine;
        return radius * cosine;
    }

    private double Uniform() => (long)(Bits() >> 11) * (1.0 / (1L << 53));

    private static ulong Mix(ulong bits)
    {
        bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9;
        bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EB;
        return bits ^ (bits >> 31);
    }
}
