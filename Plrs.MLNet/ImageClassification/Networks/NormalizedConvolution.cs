using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Plrs.MLNet.ImageClassification.Networks;

/// <summary>
/// A 3×3 convolution and the batch normalisation after it. With its running statistics a normalisation is a scale and a
/// shift of each channel, which the convolution's weight and a bias can do as well: folded, it is one operation.
/// </summary>
internal sealed class NormalizedConvolution
{
    private readonly Conv2d _convolution;
    private readonly BatchNorm2d? _norm;

    public NormalizedConvolution(int channels, int outputChannels, int stride = 1)
    {
        _convolution = nn.Conv2d(channels, outputChannels, kernel_size: 3, stride: stride, padding: 1, bias: false);
        _norm = nn.BatchNorm2d(outputChannels);
    }

    private NormalizedConvolution(Conv2d folded)
    {
        _convolution = folded;
    }

    public Tensor Forward(Tensor input)
    {
        var x = _convolution.forward(input);
        return _norm is null ? x : _norm.forward(x);
    }

    /// <summary>Makes the modules known to the one that they are part of.</summary>
    public void Register(Action<string, nn.Module> register, string convolutionName, string normName)
    {
        register(convolutionName, _convolution);
        if (_norm is not null)
        {
            register(normName, _norm);
        }
    }

    /// <summary>A copy that computes what this one does in evaluation, in one operation.</summary>
    public NormalizedConvolution Fold()
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var norm = _norm!;
        var scale = norm.weight.to(ScalarType.Float64) / (norm.running_var!.to(ScalarType.Float64) + norm.eps).sqrt();
        var weight = (_convolution.weight.to(ScalarType.Float64) * scale.view(-1, 1, 1, 1)).to(ScalarType.Float32);
        var bias = (norm.bias!.to(ScalarType.Float64) - (norm.running_mean!.to(ScalarType.Float64) * scale)).to(ScalarType.Float32);

        var folded = nn.Conv2d(
            _convolution.in_channels,
            _convolution.out_channels,
            kernel_size: (_convolution.kernel_size[0], _convolution.kernel_size[1]),
            stride: (_convolution.stride[0], _convolution.stride[1]),
            padding: (_convolution.padding![0], _convolution.padding[1]));

        // Channels last in memory: libtorch's convolutions then leave all images between them in that order, and need not rearrange.
        var channelsLast = weight.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);
        folded.weight = nn.Parameter(channelsLast, requires_grad: false);
        folded.bias = nn.Parameter(bias, requires_grad: false);
        return new NormalizedConvolution(folded);
    }
}
