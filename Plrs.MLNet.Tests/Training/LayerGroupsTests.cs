using Plrs.MLNet.Networks;
using Plrs.MLNet.Torch;
using Plrs.MLNet.Training;

namespace Plrs.MLNet.Tests.Training;

[TestClass]
public sealed class LayerGroupsTests
{
    private static readonly NetworkGraph Graph = Network.ResNet20.CreateGraph(classCount: 3, imageSize: 8);

    [TestMethod]
    public void LayersThatAreTrainedAlikeAreOneGroupInTheOrderOfTheNetwork()
    {
        var group = LayerGroups.Plan(Graph, _ => LayerGroupSettings.Default, decaysNormsAndBiases: true).Single();

        Assert.AreEqual("conv1, layer1, layer2, layer3, head", group.Name);
        CollectionAssert.AreEqual(
            Graph.Tensors.Where(tensor => tensor.IsParameter).Select(tensor => tensor.Name).ToArray(), group.Parameters.ToArray());
        Assert.AreEqual(1, group.RateFactor);
        Assert.IsNull(group.WeightDecay);
    }

    [TestMethod]
    public void FactorsAndDecayAreThoseOfTheLayersGroups()
    {
        var groups = LayerGroups.Plan(
            Graph,
            name => name switch
            {
                "head" => new LayerGroupSettings(RateFactor: 10, WeightDecay: 0.5),
                "layer3" => LayerGroupSettings.Default,
                _ => new LayerGroupSettings(RateFactor: 0.1),
            },
            decaysNormsAndBiases: true);

        CollectionAssert.AreEqual(new[] { "conv1, layer1, layer2", "layer3", "head" }, groups.Select(group => group.Name).ToArray());
        CollectionAssert.AreEqual(new[] { 0.1, 1, 10 }, groups.Select(group => group.RateFactor).ToArray());
        CollectionAssert.AreEqual(new double?[] { null, null, 0.5 }, groups.Select(group => group.WeightDecay).ToArray());
        CollectionAssert.AreEqual(new[] { "linear.weight", "linear.bias" }, groups[^1].Parameters.ToArray());
    }

    [TestMethod]
    public void FrozenLayersAreInNoGroup()
    {
        var group = LayerGroups.Plan(Graph, name => new LayerGroupSettings(RateFactor: name == "head" ? 1 : 0), decaysNormsAndBiases: true)
            .Single();

        CollectionAssert.AreEqual(new[] { "linear.weight", "linear.bias" }, group.Parameters.ToArray());
    }

    [TestMethod]
    public void NormsAndBiasesMayBeWithoutWeightDecay()
    {
        var groups = LayerGroups.Plan(Graph, _ => LayerGroupSettings.Default, decaysNormsAndBiases: false);

        Assert.HasCount(2, groups);
        Assert.IsTrue(
            groups[0].Parameters.All(
                name => name.EndsWith(".weight", StringComparison.Ordinal) && !name.Contains("bn", StringComparison.Ordinal)));
        Assert.AreEqual(20, groups[0].Parameters.Count);
        Assert.AreEqual(0, groups[1].WeightDecay);
        CollectionAssert.Contains(groups[1].Parameters.ToArray(), "linear.bias");
        CollectionAssert.Contains(groups[1].Parameters.ToArray(), "layer1.0.bn1.weight");
    }

    [TestMethod]
    public void TheFactorsReachTheOptimizerAndFrozenLayersStay()
    {
        using var network = new GraphModule(Graph, seed: 1);
        using var groups = new ParameterGroups(
            network,
            LayerGroups.Plan(
                Graph,
                name => new LayerGroupSettings(RateFactor: name == "head" ? 2 : name == "layer3" ? 0.5 : 0),
                decaysNormsAndBiases: true));
        using var optimizer = new SgdOptions().Create(groups, learningRate: 0.1);

        CollectionAssert.AreEqual(new[] { 0.05, 0.2 }, optimizer.ParamGroups.Select(group => group.LearningRate).ToArray());
        Assert.IsFalse(network.get_parameter("conv1.weight")!.requires_grad);
        Assert.IsTrue(network.get_parameter("layer3.0.conv1.weight")!.requires_grad);
    }
}
