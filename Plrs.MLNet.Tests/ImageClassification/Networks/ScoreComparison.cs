using Plrs.MLNet.ImageClassification.Networks;
using static TorchSharp.torch;

namespace Plrs.MLNet.Tests.ImageClassification.Networks;

/// <summary>What the process does that <see cref="FoldTests"/> starts: the tests' own process keeps to one thread.</summary>
internal static class ScoreComparison
{
    private const int Threads = 4;
    private const int Images = 32;

    public static void Run()
    {
        set_num_threads(Threads);
        using var portable = FoldedNetworkScript.Portable();
        foreach (var (name, script) in new[] { ("oneDNN", FoldedNetworkScript.Best), ("portable", portable) })
        {
            foreach (var imageSize in new[] { 16, 40 })
            {
                Console.WriteLine($"{name} {imageSize}: {CountDiffering(script, imageSize)}");
            }
        }
    }

    private static int CountDiffering(jit.ScriptModule script, int imageSize)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        using var network = TestNetworks.Create(seed: 3);
        network.eval();
        using var folded = new FoldedNetwork(FoldedNetworkScript.CifarResNet, network.FoldLayers(), script);
        var images = TestNetworks.Images(seed: 7, Images, imageSize);
        var alone = Enumerable.Range(0, Images).Select(i => folded.Forward(images.narrow(0, i, 1)).bytes.ToArray()).ToList();

        // Twice, because a script is compiled anew after its first calls.
        var differing = 0;
        foreach (var count in new[] { 2, 5, 8, 16, Images, Images })
        {
            for (var first = 0; first + count <= Images; first += count)
            {
                var together = folded.Forward(images.narrow(0, first, count));
                differing += Enumerable.Range(0, count).Count(i => !together[i].bytes.SequenceEqual(alone[first + i]));
            }
        }

        return differing;
    }
}
