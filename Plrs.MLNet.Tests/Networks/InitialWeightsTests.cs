using Plrs.MLNet.Networks;
using static TorchSharp.torch;

namespace Plrs.MLNet.Tests.Networks;

[TestClass]
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
    public void ConvolutionsAndTheLinearLayerAreKaimingNormal()
    {
        using var scope = NewDisposeScope();
        using var network = TestNetworks.Create();
        var layers = 0;
        foreach (var (name, weight) in network.named_parameters().Where(entry => entry.parameter.dim() > 1))
        {
            var fanIn = weight.shape.Skip(1).Aggregate(1L, (product, length) => product * length);
            var expected = Math.Sqrt(2.0 / fanIn);
            var values = weight.data<float>().ToArray();
            var mean = values.Average();
            var deviation = Math.Sqrt(values.Average(value => (value - mean) * (value - mean)));

            // Five standard errors of the two estimates.
            Assert.AreEqual(0, mean, 5 * expected / Math.Sqrt(values.Length), name);
            Assert.AreEqual(expected, deviation, 5 * expected / Math.Sqrt(2.0 * values.Length), name);
            layers++;
        }

        Assert.AreEqual(20, layers);
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
}
