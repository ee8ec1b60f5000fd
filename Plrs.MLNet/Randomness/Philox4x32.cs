using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Plrs.MLNet.Randomness;

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

    /// <summary>The generator itself: four words for one counter and key. The key's two words stand in the places 0 and 2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> Block(Vector128<uint> counter, Vector128<uint> key)
    {
        if (!Sse2.IsSupported)
        {
            return PortableBlock(counter, key);
        }

        var multipliers = Vector128.Create(Multiplier0, 0, Multiplier1, 0);
        var increments = Vector128.Create(Weyl0, 0, Weyl1, 0);
        for (var round = 0; round < Rounds; round++)
        {
            var products = Sse2.Multiply(counter, multipliers).AsUInt32();
            var waiting = Vector128.ShiftRightLogical(counter.AsUInt64(), 32).AsUInt32();
            counter = Vector128.Shuffle(products, Vector128.Create(3u, 2, 1, 0)) ^ (waiting ^ key);
            key += increments;
        }

        return counter;
    }

    /// <summary>The same on processors without x86's two widening multiplications at once, which halve the time.</summary>
    public static Vector128<uint> PortableBlock(Vector128<uint> counter, Vector128<uint> key)
    {
        var (c0, c1, c2, c3) = (counter[0], counter[1], counter[2], counter[3]);
        var (k0, k1) = (key[0], key[2]);
        for (var round = 0; round < Rounds; round++)
        {
            var product0 = (ulong)Multiplier0 * c0;
            var product1 = (ulong)Multiplier1 * c2;
            (c0, c1, c2, c3) = ((uint)(product1 >> 32) ^ c1 ^ k0, (uint)product1, (uint)(product0 >> 32) ^ c3 ^ k1, (uint)product0);
            k0 += Weyl0;
            k1 += Weyl1;
        }

        return Vector128.Create(c0, c1, c2, c3);
    }

    /// <summary>64 random bits; the low half is as good as a 32-bit draw.</summary>
    /// <param name="seed">The seed of the run.</param>
    /// <param name="stream">What the draw is for.</param>
    /// <param name="index">Which draw: the step, the epoch, the image.</param>
    /// <param name="item">Which of the draws at <paramref name="index"/>.</param>
    public static ulong Bits(int seed, RandomStream stream, long index, long item = 0)
    {
        var counter = Vector128.Create(index, item).AsUInt32();
        var key = Vector128.Create((ulong)(uint)seed, (ulong)(uint)stream).AsUInt32();
        return Block(counter, key).AsUInt64().ToScalar();
    }

    /// <summary>A uniform number in [0, 1): a multiple of 2⁻⁵³, all equally likely.</summary>
    /// <inheritdoc cref="Bits"/>
    public static double Uniform(int seed, RandomStream stream, long index, long item = 0) =>
        (long)(Bits(seed, stream, index, item) >> 11) * (1.0 / (1L << 53));

    /// <summary>A uniform whole number from 0 up to and without <paramref name="bound"/>, which is at least 1.</summary>
    /// <remarks>No value's probability is off by more than 2⁻⁶⁴.</remarks>
    /// <inheritdoc cref="Bits"/>
    public static int Below(int bound, int seed, RandomStream stream, long index, long item = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bound, 1);
        return (int)Math.BigMul(Bits(seed, stream, index, item), (ulong)bound, out _);
    }
}
