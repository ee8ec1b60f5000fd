using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Plrs.MLNet.Networks;

/// <summary>
/// The residual networks of He et al. 2016, section 4.2, for small images: a 3×3 convolution, three stages of
/// <c>blocksPerStage</c> two-convolution blocks with 16, 32 and 64 channels, global average pooling and a linear layer,
/// 6 × blocksPerStage + 2 layers in all. Shortcuts have no parameters (option A).
/// </summary>
internal sealed class CifarResNet : ImageNetwork
{
    /// <summary>The number of values that the linear layer classifies by.</summary>
    public const int Features = 64;

    private readonly NormalizedConvolution _convolution;
    private readonly ResidualBlock[][] _stages;
    private readonly Linear _linear;

    public CifarResNet(int blocksPerStage, int classCount)
        : base($"ResNet{(6 * blocksPerStage) + 2}")
    {
        _convolution = new NormalizedConvolution(3, 16);
        _stages = [Stage(16, 16, blocksPerStage), Stage(16, 32, blocksPerStage), Stage(32, Features, blocksPerStage)];
        _linear = nn.Linear(Features, classCount);

        _convolution.Register(register_module, "conv1", "bn1");
        for (var stage = 0; stage < _stages.Length; stage++)
        {
            register_module($"layer{stage + 1}", nn.Sequential(_stages[stage]));
        }

        register_module("linear", _linear);
    }

    protected override string FoldedForward => FoldedNetworkScript.CifarResNet;

    public override Tensor forward(Tensor input)
    {
        var x = nn.functional.relu(_convolution.Forward(ChannelsLast(input)), inplace: true);
        foreach (var stage in _stages)
        {
            foreach (var block in stage)
            {
                x = block.forward(x);
            }
        }

        return _linear.forward(x.mean([2, 3], type: ScalarType.Float32));
    }

    public override IReadOnlyList<FoldedLayer> FoldLayers()
    {
        using var noGrad = no_grad();
        var blocks = _stages.SelectMany(stage => stage).SelectMany(block => block.Fold());
        return [_convolution.Fold(), .. blocks, new FoldedLayer(_linear.weight.clone(), _linear.bias!.clone())];
    }

    private static ResidualBlock[] Stage(int channels, int outputChannels, int blocks) =>
        [.. Enumerable.Range(0, blocks).Select(block => new ResidualBlock(block == 0 ? channels : outputChannels, outputChannels))];

    /// <summary>Two 3×3 convolutions and a shortcut; where the channels double, the first one has stride 2.</summary>
    private sealed class ResidualBlock : nn.Module<Tensor, Tensor>
    {
        private static readonly Scalar One = 1;

        private readonly NormalizedConvolution _first;
        private readonly NormalizedConvolution _second;
        private readonly int _addedChannels;

        public ResidualBlock(int channels, int outputChannels)
            : base(nameof(ResidualBlock))
        {
            _first = new NormalizedConvolution(channels, outputChannels, stride: channels == outputChannels ? 1 : 2);
            _second = new NormalizedConvolution(outputChannels, outputChannels);
            _addedChannels = outputChannels - channels;
            _first.Register(register_module, "conv1", "bn1");
            _second.Register(register_module, "conv2", "bn2");
        }

        public override Tensor forward(Tensor input)
        {
            var x = nn.functional.relu(_first.Forward(input), inplace: true);
            x = _second.Forward(x);
            return nn.functional.relu(x.add_(Shortcut(input), One), inplace: true);
        }

        public FoldedLayer[] Fold() => [_first.Fold(), _second.Fold()];

        // Option A: every second pixel, and zeros for the channels that are new, half of them on either side.
        private Tensor Shortcut(Tensor input)
        {
            if (_addedChannels == 0)
            {
                return input;
            }

            var every2nd = input.slice(2, 0, long.MaxValue, 2).slice(3, 0, long.MaxValue, 2);
            return nn.functional.pad(every2nd, [0, 0, 0, 0, _addedChannels / 2, _addedChannels / 2]);
        }
    }
}
