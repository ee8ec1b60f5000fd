using TorchSharp.Modules;
using static TorchSharp.torch;
using Scalar = TorchSharp.Scalar;

namespace Plrs.MLNet.Torch;

/// <summary>
/// TorchSharp's SGD with an update of its own, the same to the last bit. TorchSharp's leaves the numbers that it hands to native code to
/// the finalizer, which another thread's garbage collection may set off while that code still reads them (seen with 0.107.0).
/// </summary>
internal sealed class SgdOptimizer(IEnumerable<SGD.ParamGroup> groups, double learningRate) : SGD(groups, learningRate)
{
    public override Tensor? step(Func<Tensor>? closure = null) => _step<ParamGroup>(
        group =>
        {
            foreach (var parameter in group.Parameters)
            {
                if (parameter.grad is { } gradient)
                {
                    Update(parameter, gradient, group.Options, (State)_state[parameter.Handle]);
                }
            }
        },
        closure);

    private static void Update(Parameter parameter, Tensor gradient, Options options, State state)
    {
        using Scalar decay = options.weight_decay!.Value;
        if (options.weight_decay != 0)
        {
            gradient = gradient.add(parameter, decay);
        }

        using Scalar momentum = options.momentum!.Value;
        using Scalar share = 1 - options.dampening!.Value;
        if (options.momentum != 0)
        {
            var velocity = state.momentum_buffer is { } buffer
                ? buffer.mul_(momentum).add_(gradient, share)
                : state.momentum_buffer = gradient.clone().detach().DetachFromDisposeScope();
            gradient = options.nesterov!.Value ? gradient.add(velocity, momentum) : velocity;
        }

        using Scalar rate = -options.LearningRate!.Value;
        parameter.add_(gradient, rate);
    }
}
