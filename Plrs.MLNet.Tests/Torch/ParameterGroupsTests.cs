using Plrs.MLNet.Tests.Networks;
using Plrs.MLNet.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Plrs.MLNet.Tests.Torch;

[TestClass]
public sealed class ParameterGroupsTests
{
    public static IEnumerable<string> Moves => cuda.is_available() ? ["float64", "CUDA"] : ["float64"];

    [TestMethod]
    [DataRow(true, 1)]
    [DataRow(false, 2)]
    public void GroupingChangesNoWeight(bool decaysNormsAndBiases, int count)
    {
        using var network = TestNetworks.Create();
        var before = TestNetworks.Fingerprint(network);

        using var groups = Group(network, decaysNormsAndBiases);

        Assert.AreEqual(before, TestNetworks.Fingerprint(network));
        Assert.HasCount(count, groups);
        Assert.AreEqual(network.parameters().Sum(parameter => parameter.numel()), groups.Sum(group => group.All.numel()));
    }

    [TestMethod]
    public void OneGroupHasAllParametersInTheNetworksOrder()
    {
        using var network = TestNetworks.Create();

        var plan = ParameterGroups.Plan(network, decaysNormsAndBiases: true).Single();

        CollectionAssert.AreEqual(network.named_parameters().Select(entry => entry.name).ToArray(), plan.Parameters.ToArray());
        Assert.AreEqual((1.0, null), (plan.RateFactor, plan.WeightDecay));
    }

    [TestMethod]
    public void NormsAndBiasesHaveAGroupWithoutWeightDecay()
    {
        using var network = TestNetworks.Create();

        var plans = ParameterGroups.Plan(network, decaysNormsAndBiases: false);

        Assert.AreEqual("weights: ; norms and biases: 0", string.Join("; ", plans.Select(plan => $"{plan.Name}: {plan.WeightDecay}")));
        Assert.IsTrue(
            plans[0].Parameters.All(
                name => name.EndsWith(".weight", StringComparison.Ordinal) && !name.Contains("bn", StringComparison.Ordinal)));
        Assert.IsTrue(plans[1].Parameters.All(name => name.Contains("bn", StringComparison.Ordinal) || name == "linear.bias"));
        Assert.HasCount(network.parameters().Count(), [.. plans[0].Parameters, .. plans[1].Parameters]);
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void UpdatesAreThoseOfTheSeparateParametersToTheLastBit(bool decaysNormsAndBiases)
    {
        using var separate = TestNetworks.Create();
        var (decayed, others) = (
            separate.parameters().Where(Decays).ToArray(), separate.parameters().Where(parameter => !Decays(parameter)).ToArray());
        using var separateOptimizer = optim.SGD([Options(decayed, 0.01), Options(others, 0)], learningRate: 0.1);
        Train(separate, separateOptimizer);

        using var network = TestNetworks.Create();
        using var groups = Group(network, decaysNormsAndBiases);
        using var optimizer = new Plrs.MLNet.SgdOptions { Momentum = 0.9, WeightDecay = 0.01 }.Create(groups, learningRate: 0.1);
        Train(network, optimizer);

        Assert.AreEqual(TestNetworks.Fingerprint(separate), TestNetworks.Fingerprint(network));
        Assert.AreNotEqual(TestNetworks.Fingerprint(TestNetworks.Create()), TestNetworks.Fingerprint(network));

        bool Decays(Tensor parameter) => decaysNormsAndBiases || parameter.shape.Length > 1;
        static TorchSharp.Modules.SGD.ParamGroup Options(TorchSharp.Modules.Parameter[] parameters, double decay) =>
            new(parameters, lr: 0.1, momentum: 0.9, weight_decay: decay);
    }

    [TestMethod]
    public void PartsAreViewsOfTheWhole()
    {
        using var network = TestNetworks.Create();
        using var groups = Group(network, decaysNormsAndBiases: false);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();

        groups[1].All.fill_(7);
        groups[0].All.grad!.fill_(3);

        Assert.IsTrue(
            network.named_parameters().All(entry => (entry.parameter.shape.Length < 2) == entry.parameter.eq(7).all().item<bool>()));
        Assert.IsTrue(
            network.parameters().Where(parameter => parameter.shape.Length > 1).All(parameter => parameter.grad!.eq(3).all().item<bool>()));
        var parts = groups[0].Split(groups[0].All);
        CollectionAssert.AreEqual(new long[] { 10, 64 }, parts["linear.weight"].shape);
        Assert.IsTrue(parts["linear.weight"].eq(network.get_parameter("linear.weight")!).all().item<bool>());
    }

    [TestMethod]
    public void ParametersInNoGroupGetNoGradientAndDoNotMove()
    {
        using var network = TestNetworks.Create();
        var before = network.named_parameters().ToDictionary(entry => entry.name, entry => entry.parameter.data<float>().ToArray());
        using var groups = new ParameterGroups(network, [new ParameterGroupPlan("head", ["linear.weight", "linear.bias"])]);
        using var optimizer = new Plrs.MLNet.SgdOptions { WeightDecay = 0.5 }.Create(groups, learningRate: 0.1);

        Train(network, optimizer);

        foreach (var (name, parameter) in network.named_parameters())
        {
            var isHead = name.StartsWith("linear.", StringComparison.Ordinal);
            Assert.AreEqual(isHead, parameter.requires_grad, name);
            Assert.AreEqual(!isHead, parameter.grad is null, name);
            Assert.AreEqual(!isHead, parameter.data<float>().SequenceEqual(before[name]), name);
        }
    }

    [TestMethod]
    public void AParameterWithoutAGradientIsInNoGroupOfThePlan()
    {
        using var network = TestNetworks.Create();
        network.get_parameter("conv1.weight")!.requires_grad = false;

        Assert.DoesNotContain("conv1.weight", ParameterGroups.Plan(network, decaysNormsAndBiases: true).Single().Parameters);
        Assert.DoesNotContain("conv1.weight", ParameterGroups.Plan(network, decaysNormsAndBiases: false)[0].Parameters);
    }

    [TestMethod]
    public void AGroupThatWasFrozenCanBeTrainedAfterwards()
    {
        using var network = TestNetworks.Create();
        new ParameterGroups(network, [new ParameterGroupPlan("head", ["linear.weight"])]).Dispose();

        using var groups = new ParameterGroups(network, [new ParameterGroupPlan("first", ["conv1.weight"])]);

        Assert.IsTrue(network.get_parameter("conv1.weight")!.requires_grad);
        Assert.IsFalse(network.get_parameter("linear.weight")!.requires_grad);
    }

    [TestMethod]
    public void PlansThatCannotBeAreRefused()
    {
        using var network = TestNetworks.Create();

        AssertRefused("The parameter group 'none' has no parameter.", new ParameterGroupPlan("none", []));
        AssertRefused(
            "The parameter group 'a' names 'conv9.weight', which the network does not have or which is in a group already.",
            new ParameterGroupPlan("a", ["conv9.weight"]));
        AssertRefused(
            "The parameter group 'b' names 'bn1.bias', which",
            new ParameterGroupPlan("a", ["bn1.bias"]),
            new ParameterGroupPlan("b", ["bn1.bias"]));

        void AssertRefused(string message, params ParameterGroupPlan[] plans) =>
            Assert.StartsWith(message, Assert.ThrowsExactly<ArgumentException>(() => new ParameterGroups(network, plans)).Message);
    }

    [TestMethod]
    public void TheNetworkOutlivesThem()
    {
        using var network = TestNetworks.Create();
        var before = TestNetworks.Fingerprint(network);

        Group(network, decaysNormsAndBiases: false).Dispose();

        Assert.AreEqual(before, TestNetworks.Fingerprint(network));
        Assert.IsTrue(network.parameters().All(parameter => parameter.grad is null));
    }

    [TestMethod]
    [DynamicData(nameof(Moves))]
    public void ANetworkThatIsMovedFirstDoesNotHarmThem(string move)
    {
        using var network = TestNetworks.Create();
        var sums = network.parameters().Select(parameter => parameter.sum().item<float>()).ToArray();
        var groups = Group(network, decaysNormsAndBiases: false);
        var gone = network.get_parameter("linear.weight")!;

        // Both make new parameters and dispose of the old ones.
        _ = move == "CUDA" ? network.to(CUDA) : network.to(ScalarType.Float64);
        groups.Dispose();

        Assert.IsTrue(gone.IsInvalid);
        CollectionAssert.AreEqual(
            sums,
            network.parameters().Select(parameter => (float)parameter.to(ScalarType.Float64).sum().item<double>()).ToArray(),
            new Near());
    }

    [TestMethod]
    public void ANetworkThatIsDisposedOfFirstDoesNotHarmThem()
    {
        var network = TestNetworks.Create();
        var groups = Group(network, decaysNormsAndBiases: true);
        network.Dispose();

        groups.Dispose();

        Assert.IsTrue(groups[0].All.IsInvalid);
    }

    private static ParameterGroups Group(nn.Module network, bool decaysNormsAndBiases) =>
        new(network, ParameterGroups.Plan(network, decaysNormsAndBiases));

    private static void Train(nn.Module<Tensor, Tensor> network, optim.Optimizer optimizer)
    {
        network.train();
        for (var step = 0; step < 3; step++)
        {
            using var scope = NewDisposeScope();
            optimizer.zero_grad();
            nn.functional.cross_entropy(network.forward(TestNetworks.Images(seed: step, count: 4)), tensor(new long[] { 0, 1, 2, 3 }))
                .backward();
            optimizer.step();
        }
    }

    private sealed class Near : System.Collections.IComparer
    {
        public int Compare(object? x, object? y) => Math.Abs((float)x! - (float)y!) < 1e-3f * (1 + Math.Abs((float)y!)) ? 0 : 1;
    }
}
