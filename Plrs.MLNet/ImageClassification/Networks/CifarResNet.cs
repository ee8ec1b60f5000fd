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
    private readonly Conv2d _conv;
    private readonly BatchNorm2d _norm;
    private readonly Sequential[] _stages = new Sequential[3];
    private readonly Linear _linear;

    public CifarResNet(int blocksPerStage, int classCount)
        : base($"ResNet{(6 * blocksPerStage) + 2}")
    {
        _conv = nn.Conv2d(3, 16, kernel_size: 3, padding: 1, bias: false);
        _norm = nn.BatchNorm2d(16);
        _linear = nn.Linear(64, classCount);

        register_module("conv1", _conv);
        register_module("bn1", _norm);
        var channels = 16;
        for (var stage = 0; stage < _stages.Length; stage++)
        {
            _stages[stage] = Stage(channels, 16 << stage, blocksPerStage);
            register_module($"layer{stage + 1}", _stages[stage]);
            channels = 16 << stage;
        }

        register_module("linear", _linear);
    }

    public override Tensor forward(Tensor input)
    {
        var x = nn.functional.relu(_norm.forward(_conv.forward(input)), inplace: true);
        foreach (var stage in _stages)
        {
            x = stage.forward(x);
        }

        return _linear.forward(x.mean([2, 3]));
    }

    private static Sequential Stage(int channels, int outputChannels, int blocks) =>
        nn.Sequential(Enumerable.Range(0, blocks).Select(block => new ResidualBlock(block == 0 ? channels : outputChannels, outputChannels)));

    /// <summary>Two 3×3 convolutions and a shortcut; where the channels double, the first one has stride 2.</summary>
    private sealed class ResidualBlock : nn.Module<Tensor, Tensor>
    {
        private readonly Conv2d _conv1;
        private readonly BatchNorm2d _norm1;
        private readonly Conv2d _conv2;
        private readonly BatchNorm2d _norm2;
        private readonly int _addedChannels;

        public ResidualBlock(int channels, int outputChannels)
            : base(nameof(ResidualBlock))
        {
            _addedChannels = outputChannels - channels;
            _conv1 = nn.Conv2d(channels, outputChannels, kernel_size: 3, stride: _addedChannels == 0 ? 1 : 2, padding: 1, bias: false);
            _norm1 = nn.BatchNorm2d(outputChannels);
            _conv2 = nn.Conv2d(outputChannels, outputChannels, kernel_size: 3, padding: 1, bias: false);
            _norm2 = nn.BatchNorm2d(outputChannels);
            register_module("conv1", _conv1);
            register_module("bn1", _norm1);
            register_module("conv2", _conv2);
            register_module("bn2", _norm2);
        }

        public override Tensor forward(Tensor input)
        {
            var x = nn.functional.relu(_norm1.forward(_conv1.forward(input)), inplace: true);
            x = _norm2.forward(_conv2.forward(x));
            return nn.functional.relu(x.add_(Shortcut(input)), inplace: true);
        }

        // Option A: every second pixel, and zeros for the channels that are new, half of them on either side.
        private Tensor Shortcut(Tensor input)
        {
            if (_addedChannels == 0)
            {
                return input;
            }

            var every2nd = input.slice(2, 0, input.shape[2], 2).slice(3, 0, input.shape[3], 2);
            return nn.functional.pad(every2nd, [0, 0, 0, 0, _addedChannels / 2, _addedChannels / 2]);
        }
    }
}
