using Plrs.MLNet.Networks;
using Plrs.MLNet.Training;
using static TorchSharp.torch;

namespace Plrs.MLNet.Tests.Training;

[TestClass]
public sealed class FeatureScalingTests
{
    [TestMethod]
    public void AHeadOfScaledFeaturesGivesTheSameLogits()
    {
        using var scope = NewDisposeScope();
        var graph = Network.ResNet20.CreateGraph(classCount: 4, imageSize: 8);
        using var network = new GraphModule(graph, seed: 1);
        using var head = new GraphModule(graph.HeadAlone(), seed: 2);
        var features = rand(5, 64);
        var mean = Enumerable.Range(0, 64).Select(i => i / 64f).ToArray();
        var scaling = new FeatureScaling(mean, Scale: 0.25f);

        scaling.Rescale(network, head);
        var scaled = head.forward((features - tensor(mean)) / 0.25);
        var plain = nn.functional.linear(features, network.Head.Weight, network.Head.Bias);

        Assert.IsTrue(allclose(plain, scaled, rtol: 1e-4, atol: 1e-5));

        using var other = new GraphModule(graph, seed: 3);
        scaling.Unscale(head, other);
        Assert.IsTrue(allclose(network.Head.Weight, other.Head.Weight, rtol: 1e-5, atol: 1e-7));
        Assert.IsTrue(allclose(network.Head.Bias, other.Head.Bias, rtol: 1e-4, atol: 1e-6));
    }
}
