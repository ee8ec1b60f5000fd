using TorchSharp;
using static TorchSharp.torch;

namespace Plrs.MLNet.Torch;

/// <summary>The update that Adam and AdamW share: Kingma and Ba 2015, algorithm 1.</summary>
internal static class AdamUpdate
{
    /// <param name="parameter">What is updated, in place.</param>
    /// <param name="gradient">Its gradient.</param>
    /// <param name="mean">The running mean of the gradients, updated in place.</param>
    /// <param name="square">That of their squares.</param>
    /// <param name="step">The number of this step, from 1.</param>
    /// <param name="learningRate">The rate.</param>
    /// <param name="beta1">The decay of the mean.</param>
    /// <param name="beta2">The decay of the squares' mean.</param>
    /// <param name="epsilon">Added to the denominator.</param>
    public static void Apply(
        Tensor parameter, Tensor gradient, Tensor mean, Tensor square, long step, double learningRate, double beta1, double beta2,
        double epsilon)
    {
        using Scalar kept1 = beta1;
        using Scalar share1 = 1 - beta1;
        mean.mul_(kept1).add_(gradient, share1);

        using Scalar kept2 = beta2;
        using Scalar share2 = 1 - beta2;
        square.mul_(kept2).addcmul_(gradient, gradient, share2);

        using Scalar correction = Math.Sqrt(1 - Math.Pow(beta2, step));
        using Scalar added = epsilon;
        using Scalar one = 1;
        var denominator = square.sqrt().div(correction).add_(added, one);

        using Scalar rate = -(learningRate / (1 - Math.Pow(beta1, step)));
        parameter.addcdiv_(mean, denominator, rate);
    }
}
