using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Plrs.MLNet.Tests.Networks;
using static TorchSharp.torch;

namespace Plrs.MLNet.Tests.Scoring;

/// <summary>Whether an image's scores depend on the images beside it, or on the number of threads.</summary>
internal static class ScoreComparison
{
    /// <summary>What the process does that <see cref="EngineParityTests"/> starts with a number of processors.</summary>
    public static void Run()
    {
        foreach (var imageSize in new[] { 16, 40 })
        {
            Console.WriteLine($"{imageSize}: {CountDiffering(Network.ResNet20, imageSize, images: 32)}");
        }

        using var scope = NewDisposeScope();
        using var network = TestNetworks.Create(Network.ResNet20, seed: 3, imageSize: 32);
        using var engine = TestEngine.Folded(network);
        Console.WriteLine(
            Convert.ToHexString(
                SHA256.HashData(MemoryMarshal.AsBytes<float>(engine.Score(TestNetworks.Images(seed: 9, count: 5, size: 32))))));
    }

    /// <summary>Scores images alone, in groups of several numbers, and all together.</summary>
    /// <returns>How often an image's scores in a group are other bits than its scores alone.</returns>
    public static int CountDiffering(NetworkDefinition definition, int imageSize, int images)
    {
        using var scope = NewDisposeScope();
        using var network = TestNetworks.Create(definition, seed: 3, imageSize: imageSize);
        TestNetworks.SettleStatistics(network);
        using var engine = TestEngine.Folded(network);
        var all = TestNetworks.Images(seed: 7, images, imageSize);
        var alone = Enumerable.Range(0, images).Select(i => engine.Score(all.narrow(0, i, 1))).ToList();
        Assert.IsFalse(alone[0].SequenceEqual(alone[1]), "The images must differ for this comparison to tell.");

        var differing = 0;
        foreach (var count in new[] { 2, 3, 5, 8, 16, images }.Where(count => count <= images))
        {
            for (var first = 0; first + count <= images; first += count)
            {
                var together = engine.Score(all.narrow(0, first, count)).Chunk(alone[0].Length).ToList();
                differing += Enumerable.Range(0, count).Count(i => !together[i].AsSpan().SequenceEqual(alone[first + i]));
            }
        }

        return differing;
    }
}
