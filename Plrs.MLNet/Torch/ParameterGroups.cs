using System.Collections;
using static TorchSharp.torch;

namespace Plrs.MLNet.Torch;

/// <summary>
/// The groups of a network's parameters that are trained. Parameters in no group are frozen: they get no gradient. The network must not be
/// moved to another device or type while it has groups: dispose of them first.
/// </summary>
internal sealed class ParameterGroups : IReadOnlyList<ParameterGroup>, IDisposable
{
    private readonly ParameterGroup[] _groups;

    /// <summary>Moves the parameters of each group together. Their values stay as they are.</summary>
    /// <exception cref="ArgumentException">A plan names no parameter, one that the network does not have, or one twice.</exception>
    public ParameterGroups(nn.Module network, IReadOnlyList<ParameterGroupPlan> plans)
    {
        var frozen = network.named_parameters().ToDictionary(entry => entry.name, entry => entry.parameter, StringComparer.Ordinal);
        var parameters =
            plans.Select(plan =>
                plan.Parameters.Select(name => frozen.Remove(name, out var parameter) ? parameter : throw Unknown(plan, name)).ToArray())
                .ToArray();
        if (plans.FirstOrDefault(plan => plan.Parameters.Count == 0) is { } empty)
        {
            throw new ArgumentException($"The parameter group '{empty.Name}' has no parameter.");
        }

        foreach (var parameter in frozen.Values)
        {
            parameter.requires_grad = false;
            parameter.grad = null;
        }

        _groups = [.. plans.Zip(parameters, (plan, own) => new ParameterGroup(plan, own))];
    }

    public int Count => _groups.Length;

    public ParameterGroup this[int index] => _groups[index];

    /// <summary>
    /// One group of all parameters that want a gradient; or two, where the norms' parameters and the biases, which are those of fewer than
    /// two dimensions, have no weight decay.
    /// </summary>
    public static IReadOnlyList<ParameterGroupPlan> Plan(nn.Module network, bool decaysNormsAndBiases)
    {
        var trained = network.named_parameters().Where(entry => entry.parameter.requires_grad).ToArray();
        if (decaysNormsAndBiases)
        {
            return [new ParameterGroupPlan("all", [.. trained.Select(entry => entry.name)])];
        }

        ParameterGroupPlan[] plans =
        [
            new("weights", [.. trained.Where(entry => entry.parameter.shape.Length >= 2).Select(entry => entry.name)]),
            new(
                "norms and biases",
                [.. trained.Where(entry => entry.parameter.shape.Length < 2).Select(entry => entry.name)],
                WeightDecay: 0),
        ];
        return [.. plans.Where(plan => plan.Parameters.Count > 0)];
    }

    public IEnumerator<ParameterGroup> GetEnumerator() => _groups.AsEnumerable().GetEnumerator();

    public void Dispose() => Array.ForEach(_groups, group => group.Dispose());

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static ArgumentException Unknown(ParameterGroupPlan plan, string name) => new(
        $"The parameter group '{plan.Name}' names '{name}', which the network does not have or which is in a group already.");
}
