using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Plrs.MLNet.Torch;

/// <summary>
/// What an optimizer remembers from step to step, as bytes, by the names of the network's parameters: it does not depend on their grouping.
/// TorchSharp's own format is not used: it knows no names, and believes the sizes that a file claims.
/// </summary>
internal static class OptimizerMemory
{
    /// <summary>Writes what an optimizer of some groups remembers; it has made a step at least.</summary>
    public static void Write(BinaryWriter writer, optim.Optimizer optimizer, ParameterGroups groups)
    {
        using var scope = NewDisposeScope();
        NamedTensors.Write(writer, Parts(optimizer, groups, out _));
    }

    /// <summary>Gives an optimizer what one with the same settings remembered after a step or more.</summary>
    /// <param name="reader">What was written.</param>
    /// <param name="optimizer">The optimizer.</param>
    /// <param name="groups">Its groups.</param>
    /// <param name="hasStepped">Whether the parameters of a group had been trained by then.</param>
    /// <exception cref="FormatException">It is that of another optimizer or network, or damaged.</exception>
    /// <exception cref="EndOfStreamException">The data ends too early.</exception>
    public static void Read(BinaryReader reader, optim.Optimizer optimizer, ParameterGroups groups, Func<ParameterGroup, bool> hasStepped)
    {
        using var scope = NewDisposeScope();
        foreach (var (group, options, state) in States(optimizer, groups))
        {
            // TorchSharp makes it at the first step.
            if (state is SGD.State { momentum_buffer: null } sgd && options is SGD.Options { momentum: not 0 } && hasStepped(group))
            {
                sgd.momentum_buffer = zeros_like(group.All, requires_grad: false).DetachFromDisposeScope();
            }
        }

        NamedTensors.Read(reader, Parts(optimizer, groups, out var counters));
        foreach (var (group, steps, set) in counters)
        {
            var values = steps.data<long>().Distinct().ToArray();
            set(values.Length == 1
                ? values[0]
                : throw new FormatException($"the parameters of its group '{group.Plan.Name}' have made different numbers of steps"));
        }
    }

    /// <summary>
    /// Views of all that the states hold, by name, and the numbers of steps, which states keep as plain numbers, as tensors to read them
    /// into.
    /// </summary>
    private static Dictionary<string, Tensor> Parts(
        optim.Optimizer optimizer, ParameterGroups groups, out List<(ParameterGroup Group, Tensor Steps, Action<long> Set)> counters)
    {
        var parts = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        counters = [];
        foreach (var (group, _, state) in States(optimizer, groups))
        {
            switch (state)
            {
                case SGD.State { momentum_buffer: null }:
                    break;
                case SGD.State sgd:
                    Add(group, "momentum_buffer", sgd.momentum_buffer);
                    break;
                case Adam.State adam:
                    counters.Add((group, AddSteps(group, adam.step), steps => adam.step = steps));
                    Add(group, "exp_avg", adam.exp_avg);
                    Add(group, "exp_avg_sq", adam.exp_avg_sq);
                    break;
                case AdamW.State adamW:
                    counters.Add((group, AddSteps(group, adamW.step), steps => adamW.step = steps));
                    Add(group, "exp_avg", adamW.exp_avg);
                    Add(group, "exp_avg_sq", adamW.exp_avg_sq);
                    break;
                default:
                    throw new NotSupportedException($"Checkpoints do not know the optimizer state {state.GetType()}.");
            }
        }

        return parts;

        void Add(ParameterGroup group, string kind, Tensor flat)
        {
            foreach (var (name, part) in group.Split(flat))
            {
                parts.Add($"{name}.{kind}", part);
            }
        }

        Tensor AddSteps(ParameterGroup group, long steps)
        {
            var names = group.Plan.Parameters;
            var all = full([names.Count], steps, ScalarType.Int64);
            for (var i = 0; i < names.Count; i++)
            {
                parts.Add($"{names[i]}.step", all.select(0, i));
            }

            return all;
        }
    }

    private static IEnumerable<(ParameterGroup Group, TorchSharp.Modules.OptimizerOptions Options, OptimizerState State)> States(
        optim.Optimizer optimizer, ParameterGroups groups)
    {
        var states = ((OptimizerHelper)optimizer).state_dict();
        return groups.Zip(states.Options, states.State);
    }
}
