using Plrs.MLNet.Networks;
using Plrs.MLNet.Torch;

namespace Plrs.MLNet.Training;

/// <summary>How the layers of a group are trained.</summary>
/// <param name="RateFactor">What the learning rate is multiplied by for them, above 0; 0 freezes their parameters.</param>
/// <param name="WeightDecay">Their weight decay, or <see langword="null"/> for the optimizer's.</param>
/// <param name="FirstEpoch">The epoch, from 0, from which they are trained.</param>
internal readonly record struct LayerGroupSettings(double RateFactor, double? WeightDecay = null, int FirstEpoch = 0)
{
    /// <summary>As the optimizer's settings say.</summary>
    public static LayerGroupSettings Default { get; } = new(RateFactor: 1);
}

/// <summary>Plans parameter groups by a network's groups of layers.</summary>
internal static class LayerGroups
{
    /// <summary>One parameter group for all layers that are trained alike: a single one where nothing sets some apart.</summary>
    /// <param name="graph">The network.</param>
    /// <param name="settings">How each group of layers is trained, by its name.</param>
    /// <param name="decaysNormsAndBiases">Whether the norms' parameters and the biases have weight decay too.</param>
    public static IReadOnlyList<ParameterGroupPlan> Plan(
        NetworkGraph graph, Func<string, LayerGroupSettings> settings, bool decaysNormsAndBiases) =>
    [
        .. graph.Tensors
            .Where(tensor => tensor.IsParameter)
            .GroupBy(tensor => decaysNormsAndBiases || tensor.Role == TensorRole.Weight
                ? settings(tensor.Group)
                : settings(tensor.Group) with { WeightDecay = 0 })
            .Where(group => group.Key.RateFactor > 0)
            .Select(group => new ParameterGroupPlan(
                string.Join(", ", group.Select(tensor => tensor.Group).Distinct()),
                [.. group.Select(tensor => tensor.Name)],
                group.Key.RateFactor,
                group.Key.WeightDecay,
                group.Key.FirstEpoch)),
    ];
}
