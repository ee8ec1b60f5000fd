using TorchSharp.Modules;
using static TorchSharp.torch;
using Scalar = TorchSharp.Scalar;

namespace Plrs.MLNet.Torch;

/// <summary>TorchSharp's Adam with an update of its own: see <see cref="SgdOptimizer"/>.</summary>
internal sealed class AdamOptimizer(IEnumerable<Adam.ParamGroup> groups, double learningRate) : Adam(groups, learningRate)
{
    public override Tensor? step(Func<Tensor>? closure = null) => _step<ParamGroup>(
        group =>
        {
            var options = group.Options;
            using Scalar decay = options.weight_decay!.Value;
            foreach (var parameter in group.Parameters)
            {
                if (parameter.grad is { } gradient)
                {
                    var state = (State)_state[parameter.Handle];
                    state.step++;
                    var penalized = options.weight_decay == 0 ? gradient : gradient.add(parameter, decay);
                    AdamUpdate.Apply(
                        parameter, penalized, state.exp_avg, state.exp_avg_sq, state.step, options.LearningRate!.Value,
                        options.beta1!.Value, options.beta2!.Value, options.eps!.Value);
                }
            }
        },
        closure);
}
