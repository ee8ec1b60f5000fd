using Plrs.MLNet.Networks;
using static TorchSharp.torch;

namespace Plrs.MLNet.Tests.Networks;

/// <summary>Whether an image's logits depend on the images beside it.</summary>
internal static class ScoreComparison
{
    private const int Threads = 4;
    private const int Images = 32;

    /// <summary>What the process does that <see cref="FoldTests"/> starts: the tests' own process keeps to one thread.</summary>
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

    /// <summary>Scores images alone, in groups of several numbers, and all together.</summary>
    /// <returns>How often an image's logits in a group are other bits than its logits alone.</returns>
    public static int CountDiffering(Func<Tensor, Tensor> forward, Tensor images)
    {
        var all = (int)images.shape[0];
        var alone = Enumerable.Range(0, all).Select(i => forward(images.narrow(0, i, 1)).bytes.ToArray()).ToList();
        Assert.IsFalse(alone[0].SequenceEqual(alone[1]), "The images must differ for this comparison to tell.");

        // All twice, because a script is compiled anew after its first calls.
        var differing = 0;
        foreach (var count in new[] { 2, 3, 5, 8, 16, all, all })
        {
            for (var first = 0; first + count <= all; first += count)
            {
                var together = forward(images.narrow(0, first, count));
                differing += Enumerable.Range(0, count).Count(i => !together[i].bytes.SequenceEqual(alone[first + i]));
            }
        }

        return differing;
    }

    private static int CountDiffering(jit.ScriptModule script, int imageSize)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        using var network = TestNetworks.Create(seed: 3);
        network.eval();
        using var folded = new FoldedNetwork(FoldedNetworkScript.CifarResNet, network.FoldLayers(), script);
        return CountDiffering(folded.Forward, TestNetworks.Images(seed: 7, Images, imageSize));
    }
}
