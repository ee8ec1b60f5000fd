namespace Plrs.MLNet.Schedules;

/// <summary>
/// The counter-based random generator Philox4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", 2011):
/// a pure function of a counter and a key, so a draw has a name instead of a place in a sequence. The key is the run's seed and
/// the draw's <see cref="RandomStream"/>; the counter is the draw's index and, where one index needs several draws, its item.
/// </summary>
internal static class Philox4x32
{
    private const uint Multiplier0 = 0xD2511F53;
    private const uint Multiplier1 = 0xCD9E8D57;
    private const uint Weyl0 = 0x9E3779B9;
    private const uint Weyl1 = 0xBB67AE85;
    private const int Rounds = 10;

    /// <summary>The four words for one counter and key: the generator itself.</summary>
    public static (uint W0, uint W1, uint W2, uint W3) Block(uint c0, uint c1, uint c2, uint c3, uint k0, uint k1)
    {
        for (var round = 0; round < Rounds; round++)
        {
            var product0 = (ulong)Multiplier0 * c0;
            var product1 = (ulong)Multiplier1 * c2;
            // The key goes to the waiting word first: it keeps one operation off the chain of multiplications.
            c0 = (c1 ^ k0) ^ (uint)(product1 >> 32);
            c2 = (c3 ^ k1) ^ (uint)(product0 >> 32);
            c1 = (uint)product1;
            c3 = (uint)product0;
            k0 += Weyl0;
            k1 += Weyl1;
        }

        return (c0, c1, c2, c3);
    }

    /// <summary>64 random bits; the low half is as good as a 32-bit draw.</summary>
    /// <param name="seed">The seed of the run.</param>
    /// <param name="stream">What the draw is for.</param>
    /// <param name="index">Which draw: the step, the epoch, the image.</param>
    /// <param name="item">Which of the draws at <paramref name="index"/>.</param>
    public static ulong Bits(int seed, RandomStream stream, long index, long item = 0)
    {
        var (low, high, _, _) = Block((uint)index, (uint)(index >> 32), (uint)item, (uint)(item >> 32), (uint)seed, (uint)stream);
        return ((ulong)high << 32) | low;
    }

    /// <summary>A uniform number in [0, 1): a multiple of 2⁻⁵³, all equally likely.</summary>
    /// <inheritdoc cref="Bits"/>
    public static double Uniform(int seed, RandomStream stream, long index, long item = 0) =>
        (Bits(seed, stream, index, item) >> 11) * (1.0 / (1L << 53));

    /// <summary>A uniform whole number from 0 up to and without <paramref name="bound"/>, which is at least 1.</summary>
    /// <remarks>No value's probability is off by more than 2⁻⁶⁴.</remarks>
    /// <inheritdoc cref="Bits"/>
    public static int Below(int bound, int seed, RandomStream stream, long index, long item = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bound, 1);
        return (int)Math.BigMul(Bits(seed, stream, index, item), (ulong)bound, out _);
    }
}
