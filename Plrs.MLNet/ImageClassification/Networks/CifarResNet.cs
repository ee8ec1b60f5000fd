using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Plrs.MLNet.ImageClassification.Networks;

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
        : this(
            $"ResNet{(6 * blocksPerStage) + 2}",
            new NormalizedConvolution(3, 16),
            [Stage(16, 16, blocksPerStage), Stage(16, 32, blocksPerStage), Stage(32, Features, blocksPerStage)],
            nn.Linear(Features, classCount))
    {
    }

    private CifarResNet(string name, NormalizedConvolution convolution, ResidualBlock[][] stages, Linear linear)
        : base(name)
    {
        _convolution = convolution;
        _stages = stages;
        _linear = linear;

        _convolution.Register(register_module, "conv1", "bn1");
        for (var stage = 0; stage < _stages.Length; stage++)
        {
            register_module($"layer{stage + 1}", nn.Sequential(_stages[stage]));
        }

        register_module("linear", _linear);
    }

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

    protected override ImageNetwork FoldBatchNorm() =>
        new CifarResNet(GetName(), _convolution.Fold(), [.. _stages.Select(stage => stage.Select(block => block.Fold()).ToArray())], Copy(_linear));

    private static ResidualBlock[] Stage(int channels, int outputChannels, int blocks) =>
        [.. Enumerable.Range(0, blocks).Select(block => new ResidualBlock(block == 0 ? channels : outputChannels, outputChannels))];

    private static Linear Copy(Linear linear)
    {
        using var noGrad = no_grad();
        var copy = nn.Linear(linear.in_features, linear.out_features);
        copy.weight.copy_(linear.weight);
        copy.bias!.copy_(linear.bias!);
        return copy;
    }

    /// <summary>Two 3×3 convolutions and a shortcut; where the channels double, the first one has stride 2.</summary>
    private sealed class ResidualBlock : nn.Module<Tensor, Tensor>
    {
        private static readonly Scalar One = 1;

        private readonly NormalizedConvolution _first;
        private readonly NormalizedConvolution _second;
        private readonly int _addedChannels;

        public ResidualBlock(int channels, int outputChannels)
            : this(
                new NormalizedConvolution(channels, outputChannels, stride: channels == outputChannels ? 1 : 2),
                new NormalizedConvolution(outputChannels, outputChannels),
                addedChannels: outputChannels - channels)
        {
        }

        private ResidualBlock(NormalizedConvolution first, NormalizedConvolution second, int addedChannels)
            : base(nameof(ResidualBlock))
        {
            _first = first;
            _second = second;
            _addedChannels = addedChannels;
            _first.Register(register_module, "conv1", "bn1");
            _second.Register(register_module, "conv2", "bn2");
        }

        public override Tensor forward(Tensor input)
        {
            var x = nn.functional.relu(_first.Forward(input), inplace: true);
            x = _second.Forward(x);
            return nn.functional.relu(x.add_(Shortcut(input), One), inplace: true);
        }

        public ResidualBlock Fold() => new(_first.Fold(), _second.Fold(), _addedChannels);

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
