using Plrs.MLNet.Torch;
using static TorchSharp.torch;
using Scalar = TorchSharp.Scalar;

namespace Plrs.MLNet.Training;

/// <summary>
/// Measures gradients: their norm, and how fast the gradient of a batch's loss changes along itself, which takes that gradient once more.
/// Weights, gradients and the network's buffers are the same to the last bit after it. What it gives stays on the device.
/// </summary>
/// <param name="network">The network.</param>
/// <param name="groups">The groups of parameters that are trained.</param>
internal sealed class GradientProbe(nn.Module network, ParameterGroups groups)
{
    // Of the weights' norm, which is 0 for a head that knows nothing yet: far enough for float32, and for bfloat16, near enough for the
    // curvature to be that of the place.
    private const double RelativeDistance = 1e-3;

    /// <summary>The norm of the last gradient, in the caller's dispose scope.</summary>
    public Tensor Norm()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        return NormOf(Gradients()).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// ‖∇f(x + d) − ∇f(x)‖/‖d‖ with d against the gradient and ‖d‖ a thousandth of ‖x‖, or of 1 where that is more, f being the loss of one
    /// batch, in the caller's dispose scope: not a number where the gradient is zero, or not finite.
    /// </summary>
    /// <param name="backward">Puts the gradient of the same batch at the network's weights in the gradients' place.</param>
    public Tensor Smoothness(Action backward)
    {
        using var scope = NewDisposeScope();
        var weights = Weights().ToArray();
        var gradients = Gradients().ToArray();
        Tensor[] changed = [.. weights, .. gradients, .. network.named_buffers().Select(entry => entry.buffer)];
        Tensor[] kept = [.. changed.Select(tensor => tensor.detach().clone())];
        var gradientsBefore = kept[weights.Length..(weights.Length + gradients.Length)];
        using (no_grad())
        {
            // A scalar that nothing holds may be freed by the garbage collector while libtorch reads it.
            using Scalar one = 1;
            using Scalar distance = RelativeDistance;
            var share = NormOf(weights).clamp_min(one).div_(NormOf(gradients)).mul_(distance);
            foreach (var (weight, gradient) in weights.Zip(gradients))
            {
                weight.sub_(gradient * share);
            }
        }

        backward();
        using var noGrad = no_grad();
        var difference = NormOf(gradients.Zip(gradientsBefore, (now, before) => now - before));
        var moved = NormOf(weights.Zip(kept, (now, before) => now - before));
        foreach (var (tensor, before) in changed.Zip(kept))
        {
            tensor.copy_(before);
        }

        return (difference / moved).MoveToOuterDisposeScope();
    }

    private IEnumerable<Tensor> Weights() => Trained().Select(group => group.All);

    private IEnumerable<Tensor> Gradients() => Trained().Select(group => group.All.grad!);

    private IEnumerable<ParameterGroup> Trained() => groups.Where(group => group.IsTrained);

    private static Tensor NormOf(IEnumerable<Tensor> parts)
    {
        var norms = parts.Select(part => part.norm()).ToArray();
        return norms.Length == 1 ? norms[0] : stack(norms).norm();
    }
}
