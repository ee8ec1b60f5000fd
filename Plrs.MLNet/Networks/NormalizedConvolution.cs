using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Plrs.MLNet.Networks;

/// <summary>
/// A 3×3 convolution and the batch normalisation after it. With its running statistics a normalisation is a scale and a
/// shift of each channel, which the convolution's weight and a bias can do as well: folded, it is one operation.
/// </summary>
/// <remarks>
/// The modules hold the weights; the operations are called without them, because the modules' own <c>forward</c> leaves native
/// objects to the finalizer at every call, and these cut the memory freed between steps into pieces that fit nothing.
/// </remarks>
internal sealed class NormalizedConvolution
{
    private static readonly Scalar One = 1;

    private readonly Conv2d _convolution;
    private readonly BatchNorm2d _norm;

    public NormalizedConvolution(int channels, int outputChannels, int stride = 1)
    {
        _convolution = nn.Conv2d(channels, outputChannels, kernel_size: 3, stride: stride, padding: 1, bias: false);
        _norm = nn.BatchNorm2d(outputChannels);
    }

    /// <summary>Convolves in the type of the input: with bfloat16 images, the float32 weights are rounded for the operation.</summary>
    public Tensor Forward(Tensor input)
    {
        var weight = _convolution.weight.to(input.dtype);
        var x = nn.functional.conv2d(input, weight, null, _convolution.stride, _convolution.padding, _convolution.dilation);
        if (_norm.training)
        {
            _norm.num_batches_tracked!.add_(One, One);
        }

        return nn.functional.batch_norm(
            x, _norm.running_mean, _norm.running_var, _norm.weight, _norm.bias, _norm.training, _norm.momentum!.Value, _norm.eps);
    }

    /// <summary>Makes the modules known to the one that they are part of.</summary>
    public void Register(Action<string, nn.Module> register, string convolutionName, string normName)
    {
        register(convolutionName, _convolution);
        register(normName, _norm);
    }

    /// <summary>The convolution that computes alone what both do in evaluation.</summary>
    public FoldedLayer Fold()
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();

        // TorchSharp makes a scalar of its own for each number left to it, and one that nothing holds can be freed while libtorch reads it.
        using Scalar epsilon = _norm.eps;
        var deviation = _norm.running_var!.to(ScalarType.Float64).add(epsilon, One).sqrt();
        var scale = _norm.weight.to(ScalarType.Float64) / deviation;
        var weight = (_convolution.weight.to(ScalarType.Float64) * scale.view(-1, 1, 1, 1)).to(ScalarType.Float32);
        var bias = (_norm.bias!.to(ScalarType.Float64) - (_norm.running_mean!.to(ScalarType.Float64) * scale)).to(ScalarType.Float32);
        return new FoldedLayer(ImageNetwork.ChannelsLast(weight).MoveToOuterDisposeScope(), bias.MoveToOuterDisposeScope());
    }
}
