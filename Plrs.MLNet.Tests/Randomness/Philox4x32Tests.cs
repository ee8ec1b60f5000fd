using System.Runtime.Intrinsics;
using Plrs.MLNet.Randomness;

namespace Plrs.MLNet.Tests.Randomness;

[TestClass]
public sealed class Philox4x32Tests
{
    // Random123's known answers for philox4x32 with 10 rounds: counter, key, result.
    [TestMethod]
    [DataRow(
        new uint[] { 0, 0, 0, 0 }, new uint[] { 0, 0 },
        new uint[] { 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8 })]
    [DataRow(
        new uint[] { 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff }, new uint[] { 0xffffffff, 0xffffffff },
        new uint[] { 0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd })]
    [DataRow(
        new uint[] { 0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344 }, new uint[] { 0xa4093822, 0x299f31d0 },
        new uint[] { 0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1 })]
    public void BlockGivesTheKnownAnswers(uint[] counter, uint[] key, uint[] expected)
    {
        var counterWords = Vector128.Create(counter);
        var keyWords = Vector128.Create(key[0], 0, key[1], 0);

        Assert.AreEqual(Vector128.Create(expected), Philox4x32.Block(counterWords, keyWords));
        Assert.AreEqual(Vector128.Create(expected), Philox4x32.PortableBlock(counterWords, keyWords));
    }

    // Values of an independent implementation: they must never change, or every seed's results would.
    [TestMethod]
    [DataRow(1, 0u, 0L, 0L, 0xe50a0ebce3e80670UL)]
    [DataRow(1, 0u, 4294967303L, 0L, 0x5638825ae02a5974UL)]
    [DataRow(-5, 3u, 8589934601L, 1099511627787L, 0xadd33085264e3716UL)]
    public void SeedStreamIndexAndItemAllReachTheGenerator(int seed, uint streamNumber, long index, long item, ulong expected)
    {
        var stream = (RandomStream)streamNumber;
        Assert.AreEqual(expected, Philox4x32.Bits(seed, stream, index, item));
        Assert.AreEqual((expected >> 11) / 9007199254740992.0, Philox4x32.Uniform(seed, stream, index, item));
        Assert.AreEqual((int)(((UInt128)expected * 1000) >> 64), Philox4x32.Below(1000, seed, stream, index, item));
    }

    [TestMethod]
    public void DrawsOfDifferentStreamsSeedsAndItemsAreNeverTheSame()
    {
        var draws = new HashSet<ulong>();
        foreach (var stream in Enum.GetValues<RandomStream>())
        {
            foreach (var seed in new[] { int.MinValue, -1, 0, 1, int.MaxValue })
            {
                for (var index = 0L; index < 500; index++)
                {
                    for (var item = 0L; item < 4; item++)
                    {
                        Assert.IsTrue(
                            draws.Add(Philox4x32.Bits(seed, stream, index, item)), $"{stream}, seed {seed}, index {index}, item {item}");
                    }
                }
            }
        }
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(7)]
    [DataRow(50)]
    public void BelowIsUniform(int bound)
    {
        const int Draws = 100_000;
        var counts = new int[bound];
        for (var i = 0; i < Draws; i++)
        {
            counts[Philox4x32.Below(bound, seed: 3, RandomStream.Shuffle, i)]++;
        }

        var expected = (double)Draws / bound;
        var chiSquare = counts.Sum(count => (count - expected) * (count - expected) / expected);

        // Mean bound − 1, variance 2(bound − 1); five standard deviations is far in the tail.
        Assert.IsLessThanOrEqualTo(bound - 1 + (5 * Math.Sqrt(2.0 * (bound - 1))), chiSquare);
    }

    [TestMethod]
    public void BelowReachesBothEndsOfTheLargestBound()
    {
        var draws = Enumerable.Range(0, 10_000).Select(i => Philox4x32.Below(int.MaxValue, 0, RandomStream.Split, i)).ToArray();

        Assert.IsTrue(draws.Min() is >= 0 and < 2_000_000);
        Assert.IsTrue(draws.Max() is > int.MaxValue - 2_000_000 and < int.MaxValue);
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(-1)]
    public void BelowRefusesABoundLessThanOne(int bound)
    {
        var error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Philox4x32.Below(bound, 0, RandomStream.Shuffle, 0));

        Assert.AreEqual("bound", error.ParamName);
    }
}
