using Plrs.MLNet.Tests.Networks;
using Plrs.MLNet.Torch;
using Plrs.MLNet.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Plrs.MLNet.Tests.Training.Signals;

[TestClass]
public sealed class GradientProbeTests
{
    [TestMethod]
    [DataRow(new[] { 20f, 20f, 20f }, 20)]
    [DataRow(new[] { 0.5f, 0.5f, 0.5f }, 0.5)]
    [DataRow(new[] { 3f, 0f, 0f }, 3)]
    public void OnAQuadraticFunctionItIsTheCurvatureAlongTheGradient(float[] curvatures, double expected)
    {
        using var scope = NewDisposeScope();
        using var network = new Bowl(curvatures);
        using var groups = Groups(network);
        network.Backward();

        var smoothness = new GradientProbe(network, groups).Smoothness(network.Backward).item<float>();

        Assert.AreEqual(expected, smoothness, 1e-3 * expected);
    }

    [TestMethod]
    public void ItIsAtMostTheLargestCurvatureAndAtLeastTheSmallest()
    {
        using var scope = NewDisposeScope();
        using var network = new Bowl([1, 5, 40]);
        using var groups = Groups(network);
        network.Backward();

        // By hand: the gradient at (1, 1, 1) is (1, 5, 40), the curvatures times it (1, 25, 1600).
        Assert.AreEqual(
            Math.Sqrt(1 + 625 + 2_560_000) / Math.Sqrt(1 + 25 + 1600),
            new GradientProbe(network, groups).Smoothness(network.Backward).item<float>(),
            0.05);
    }

    [TestMethod]
    public void WithoutAGradientItIsNotANumber()
    {
        using var scope = NewDisposeScope();
        using var network = new Bowl([0, 0, 0]);
        using var groups = Groups(network);
        network.Backward();

        Assert.IsTrue(float.IsNaN(new GradientProbe(network, groups).Smoothness(network.Backward).item<float>()));
        Assert.IsFalse(network.W.isnan().any().item<bool>());
    }

    [TestMethod]
    public void TheNormIsThatOfTheGradientsThatAreTrained()
    {
        using var scope = NewDisposeScope();
        using var network = TestNetworks.Create(classCount: 3);
        ParameterGroupPlan[] plans =
        [
            new("head", ["linear.weight", "linear.bias"]),
            new("first", ["conv1.weight"]),
            new("later", ["bn1.weight"], FirstEpoch: 1),
        ];
        using var groups = new ParameterGroups(network, plans);
        groups[2].IsTrained = false;
        Backward(network);

        var squares = plans.Take(2).SelectMany(plan => plan.Parameters)
            .Sum(name => network.get_parameter(name)!.grad!.square().sum().item<float>());

        Assert.AreEqual(Math.Sqrt(squares), new GradientProbe(network, groups).Norm().item<float>(), 1e-4 * Math.Sqrt(squares));
    }

    [TestMethod]
    public void WeightsGradientsAndRunningStatisticsAreTheSameToTheLastBit()
    {
        using var scope = NewDisposeScope();
        using var network = TestNetworks.Create(classCount: 3);
        using var groups = Groups(network);
        network.train();
        Backward(network);
        var weights = TestNetworks.Fingerprint(network);
        var gradient = Convert.ToHexString(groups[0].All.grad!.bytes);

        var smoothness = new GradientProbe(network, groups).Smoothness(() =>
        {
            groups[0].All.grad!.zero_();
            Backward(network);
            Assert.AreNotEqual(weights, TestNetworks.Fingerprint(network));
            Assert.AreNotEqual(gradient, Convert.ToHexString(groups[0].All.grad!.bytes));
        }).item<float>();

        Assert.IsGreaterThan(0, smoothness);
        Assert.AreEqual(weights, TestNetworks.Fingerprint(network));
        Assert.AreEqual(gradient, Convert.ToHexString(groups[0].All.grad!.bytes));
    }

    private static ParameterGroups Groups(nn.Module network) => new(network, ParameterGroups.Plan(network, decaysNormsAndBiases: true));

    private static void Backward(nn.Module<Tensor, Tensor> network) =>
        nn.functional.cross_entropy(network.forward(TestNetworks.Images(seed: 1, count: 4)), tensor(new long[] { 0, 1, 2, 0 })).backward();

    /// <summary>f(w) = Σ cᵢ wᵢ²/2, at w = (1, 1, …).</summary>
    private sealed class Bowl : nn.Module
    {
        private readonly float[] _curvatures;

        public Bowl(float[] curvatures)
            : base(nameof(Bowl))
        {
            _curvatures = curvatures;
            W = nn.Parameter(ones(curvatures.Length));
            W.DetachFromDisposeScope();
            register_parameter("w", W);
        }

        public Parameter W { get; }

        public void Backward()
        {
            W.grad?.zero_();
            (tensor(_curvatures) * W.square() / 2).sum().backward();
        }
    }
}
