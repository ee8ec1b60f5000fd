using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Plrs.MLNet.Torch;

/// <summary>
/// Parameters of a network that are updated alike, moved into one tensor, and their gradients into another; the network's own become views
/// of them. An optimizer then updates one parameter instead of hundreds: the same arithmetic in a few operations a step.
/// </summary>
internal sealed class ParameterGroup : IDisposable
{
    private readonly (string Name, Parameter Parameter, long[] Shape)[] _parts;
    private readonly Tensor _gradient;

    /// <summary>Moves the parameters, which must be of one type and on one device. Their values stay as they are.</summary>
    /// <param name="plan">What the group is to be.</param>
    /// <param name="parameters">Its parameters, in the plan's order.</param>
    public ParameterGroup(ParameterGroupPlan plan, IEnumerable<Parameter> parameters)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        Plan = plan;
        _parts = [.. plan.Parameters.Zip(parameters, (name, parameter) => (name, parameter, parameter.shape))];
        var values = FlatMemory.Join([.. _parts.Select(part => part.Parameter)]);
        _gradient = zeros_like(values).DetachFromDisposeScope();
        foreach (var (part, gradient) in _parts.Zip(Split(_gradient).Values))
        {
            part.Parameter.requires_grad = true;
            part.Parameter.grad = gradient;
        }

        All = nn.Parameter(values);
        All.DetachFromDisposeScope();
        All.grad = _gradient;
    }

    public ParameterGroupPlan Plan { get; }

    /// <summary>All parameters, one after the other.</summary>
    public Parameter All { get; }

    /// <summary>
    /// Whether the parameters are trained now. Those that are not have no gradient: backward stops at them, and an optimizer leaves them
    /// and what it remembers of them alone.
    /// </summary>
    public bool IsTrained
    {
        get => All.grad is not null;
        set
        {
            foreach (var (part, gradient) in _parts.Zip(Split(_gradient).Values))
            {
                part.Parameter.requires_grad = value;
                part.Parameter.grad = value ? gradient : null;
            }

            All.grad = value ? _gradient : null;
        }
    }

    /// <summary>
    /// The parts that belong to the network's parameters, of a tensor with one value for each value of <see cref="All"/>: views of it, by
    /// name.
    /// </summary>
    public IReadOnlyDictionary<string, Tensor> Split(Tensor flat) =>
        _parts.Zip(FlatMemory.Split(flat, _parts.Select(part => part.Shape)))
            .ToDictionary(entry => entry.First.Name, entry => entry.Second, StringComparer.Ordinal);

    /// <summary>
    /// Frees the gradients. The network's parameters keep the memory that they share; those that are gone meanwhile, as after the
    /// network's move to another device, are left alone.
    /// </summary>
    public void Dispose()
    {
        foreach (var (_, parameter, _) in _parts)
        {
            if (!parameter.IsInvalid)
            {
                parameter.grad = null;
            }
        }

        _gradient.Dispose();
        All.Dispose();
    }
}

/// <summary>What a group of parameters is to be.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Parameters">The names of its parameters, in the order in which they lie in memory; at least one.</param>
/// <param name="RateFactor">What the learning rate is multiplied by for them, above 0.</param>
/// <param name="WeightDecay">Their weight decay, or <see langword="null"/> for the optimizer's.</param>
/// <param name="FirstEpoch">The epoch, from 0, from which they are trained.</param>
internal sealed record ParameterGroupPlan(
    string Name, IReadOnlyList<string> Parameters, double RateFactor = 1, double? WeightDecay = null, int FirstEpoch = 0);
