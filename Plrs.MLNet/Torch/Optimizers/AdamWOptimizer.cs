using TorchSharp.Modules;
using static TorchSharp.torch;
using Scalar = TorchSharp.Scalar;

namespace Plrs.MLNet.Torch;

/// <summary>TorchSharp's AdamW with an update of its own: see <see cref="SgdOptimizer"/>.</summary>
internal sealed class AdamWOptimizer(IEnumerable<AdamW.ParamGroup> groups, double learningRate) : AdamW(groups, learningRate)
{
    public override Tensor? step(Func<Tensor>? closure = null) => _step<ParamGroup>(
        group =>
        {
            var options = group.Options;
            var rate = options.LearningRate!.Value;
            using Scalar kept = 1 - (rate * options.weight_decay!.Value);
            foreach (var parameter in group.Parameters)
            {
                if (parameter.grad is { } gradient)
                {
                    var state = (State)_state[parameter.Handle];
                    state.step++;
                    parameter.mul_(kept);
                    AdamUpdate.Apply(
                        parameter, gradient, state.exp_avg, state.exp_avg_sq, state.step, rate, options.beta1!.Value, options.beta2!.Value,
                        options.eps!.Value);
                }
            }
        },
        closure);
}
