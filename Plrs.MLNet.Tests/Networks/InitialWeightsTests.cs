using Plrs.MLNet.Networks;
using static TorchSharp.torch;

namespace Plrs.MLNet.Tests.Networks;

[TestClass]
[DoNotParallelize]
public sealed class InitialWeightsTests
{
    [TestMethod]
    [DataRow(0)]
    [DataRow(42)]
    [DataRow(-7)]
    [DataRow(int.MinValue)]
    public void WeightsDependOnTheSeedAlone(int seed)
    {
        manual_seed(1);
        using var first = TestNetworks.Create(seed);
        manual_seed(2);
        using var second = TestNetworks.Create(seed);

        Assert.AreEqual(TestNetworks.Fingerprint(first), TestNetworks.Fingerprint(second));
    }

    [TestMethod]
    public void EverySeedHasItsOwnWeights()
    {
        var firstValues = new HashSet<float>();
        foreach (var seed in new[] { 0, 1, 2, -1, int.MaxValue, int.MinValue })
        {
            using var network = TestNetworks.Create(seed);
            firstValues.Add(network.state_dict()["conv1.weight"].data<float>()[0]);
        }

        Assert.HasCount(6, firstValues);
    }

    [TestMethod]
    public void WithNormsConvolutionsArePyTorchsDefaultAndTheLinearLayerIsKaimingNormal()
    {
        using var scope = NewDisposeScope();
        using var network = TestNetworks.Create();

        Assert.AreEqual(20, CheckWeights(network, (tensor, values) =>
        {
            var bound = 1 / Math.Sqrt(tensor.FanIn);
            if (tensor.Name == "linear.weight")
            {
                return Math.Sqrt(2) * bound;
            }

            Assert.IsTrue(values.All(value => Math.Abs(value) <= bound), tensor.Name);
            return bound / Math.Sqrt(3);
        }));
    }

    [TestMethod]
    public void WithoutNormsAllAreKaimingNormal()
    {
        using var scope = NewDisposeScope();
        var definition = new Described(
            1, images => images.Convolution("conv1", 32, kernel: 3).Relu().Convolution("conv2", 64, kernel: 3).Relu().GlobalAveragePool());
        using var network = new GraphModule(definition.CreateGraph(classCount: 10, imageSize: 32), seed: 5);

        Assert.AreEqual(3, CheckWeights(network, (tensor, values) => Math.Sqrt(2.0 / tensor.FanIn)));
    }

    [TestMethod]
    public void BiasesAndNormalisationsStartNeutral()
    {
        using var scope = NewDisposeScope();
        using var network = TestNetworks.Create();

        Assert.IsTrue(network.state_dict()["linear.bias"].eq(0).all().item<bool>());
        foreach (var tensor in network.Graph.Tensors.Where(tensor => tensor.Role is not (TensorRole.Weight or TensorRole.Bias)))
        {
            var expected = tensor.Role is TensorRole.NormWeight or TensorRole.RunningVariance ? 1 : 0;
            Assert.IsTrue(network.state_dict()[tensor.Name].eq(expected).all().item<bool>(), tensor.Name);
        }
    }

    [TestMethod]
    public void AllParametersAreTrained()
    {
        using var network = TestNetworks.Create();
        var before = network.named_parameters().ToDictionary(entry => entry.name, entry => entry.parameter.data<float>().ToArray());

        TestNetworks.TrainOneStep(network);

        foreach (var (name, parameter) in network.named_parameters())
        {
            Assert.IsTrue(parameter.requires_grad, name);
            CollectionAssert.AreNotEqual(before[name], parameter.data<float>().ToArray(), name);
        }
    }

    /// <summary>
    /// Compares the mean of each weight with 0 and its standard deviation with what is expected, within five standard errors.
    /// </summary>
    /// <returns>The number of weights.</returns>
    private static int CheckWeights(GraphModule network, Func<NetworkTensor, float[], double> expectedDeviation)
    {
        var weights = network.Graph.Tensors.Where(tensor => tensor.Role == TensorRole.Weight).ToArray();
        foreach (var tensor in weights)
        {
            float[] values = [.. network.get_parameter(tensor.Name)!.data<float>()];
            var expected = expectedDeviation(tensor, values);
            var mean = values.Average();
            var deviation = Math.Sqrt(values.Average(value => (value - mean) * (value - mean)));
            Assert.AreEqual(0, mean, 5 * expected / Math.Sqrt(values.Length), tensor.Name);
            Assert.AreEqual(expected, deviation, 5 * expected / Math.Sqrt(2.0 * values.Length), tensor.Name);
        }

        return weights.Length;
    }
}
