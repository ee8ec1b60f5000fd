using Plrs.MLNet.Networks;
using Plrs.MLNet.Tests.Networks;
using Plrs.MLNet.Weights;

namespace Plrs.MLNet.Tests.Weights;

/// <summary>That a folded network scores as the one that was trained is tested with the engine: see EngineParityTests.</summary>
[TestClass]
public sealed class BatchNormFoldingTests
{
    [TestMethod]
    public void EveryNormOfAResNetIsFolded()
    {
        using var network = TestNetworks.Create();

        var folded = BatchNormFolding.Fold(TestNetworks.Weights(network)).Graph;

        Assert.IsFalse(folded.Nodes.Any(node => node.Operation is Operation.BatchNorm));
        Assert.AreEqual(network.Graph.Nodes.Count - 19, folded.Nodes.Count);
        Assert.IsTrue(
            folded.Nodes.Where(node => node.Operation is Operation.Convolution)
                .All(node => ((Operation.Convolution)node.Operation).HasBias));
        Assert.IsTrue(folded.Tensors.All(tensor => tensor.Role is TensorRole.Weight or TensorRole.Bias));
        Assert.AreEqual(LayerShape.Vector(64), folded.Nodes[folded.Features].Shape);
    }

    [TestMethod]
    public void AConvolutionThatOthersTakeTooStaysAsItIs()
    {
        var weights = Fold(images =>
        {
            var x = images.Convolution("shared", 4, kernel: 3);
            return x.BatchNorm("norm").Add(x).GlobalAveragePool();
        });

        Assert.HasCount(1, weights.Graph.Nodes.Where(node => node.Operation is Operation.BatchNorm));
        Assert.IsFalse(weights.Graph.Nodes.Select(node => node.Operation).OfType<Operation.Convolution>().Single().HasBias);
    }

    [TestMethod]
    public void ANormWithoutAConvolutionStays() =>
        Assert.HasCount(
            1,
            Fold(images => images.BatchNorm("norm").Relu().GlobalAveragePool()).Graph.Nodes.Where(
                node => node.Operation is Operation.BatchNorm));

    [TestMethod]
    public void TheWeightsThatAreFoldedAreNotChanged()
    {
        using var network = TestNetworks.Create();
        var weights = TestNetworks.Weights(network);
        var before = TestNetworks.WeightBytes(weights);

        var folded = BatchNormFolding.Fold(weights);

        Assert.IsTrue(before.AsSpan().SequenceEqual(TestNetworks.WeightBytes(weights)));
        Assert.AreNotSame(weights["conv1.weight"], folded["conv1.weight"]);
    }

    [TestMethod]
    public void ScaleAndShiftAreThoseOfTheNorm()
    {
        var definition = new Described(
            1, images => images.Convolution("c", 1, kernel: 1, bias: true).BatchNorm("n", epsilon: 0.25).GlobalAveragePool());
        var graph = definition.CreateGraph(classCount: 2, imageSize: 1);
        var weights = new NetworkWeights(graph, new Dictionary<string, WeightTensor>
        {
            ["c.weight"] = WeightTensor.Of([1, 2, 3]),
            ["c.bias"] = WeightTensor.Of([5]),
            ["n.weight"] = WeightTensor.Of([6]),
            ["n.bias"] = WeightTensor.Of([7]),
            ["n.running_mean"] = WeightTensor.Of([1]),
            ["n.running_var"] = WeightTensor.Of([2]),
            ["n.num_batches_tracked"] = new WeightTensor(new byte[8]),
            ["linear.weight"] = WeightTensor.Of([1, 1]),
            ["linear.bias"] = WeightTensor.Of([0, 0]),
        });

        var folded = BatchNormFolding.Fold(weights);

        // The deviation is the root of 2 + 0.25, so that the scale is 6 / 1.5.
        CollectionAssert.AreEqual(new float[] { 4, 8, 12 }, folded["c.weight"].Floats.ToArray());
        CollectionAssert.AreEqual(new float[] { 7 + ((5 - 1) * 4) }, folded["c.bias"].Floats.ToArray());
    }

    private static NetworkWeights Fold(Func<Layer, Layer> describe)
    {
        using var network = TestNetworks.Create(new Described(1, describe));
        return BatchNormFolding.Fold(TestNetworks.Weights(network));
    }
}
