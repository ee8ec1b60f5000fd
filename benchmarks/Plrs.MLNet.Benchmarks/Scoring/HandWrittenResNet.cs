using Plrs.MLNet.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Plrs.MLNet.Benchmarks.Scoring;

/// <summary>A CIFAR ResNet's forward as one would write it by hand with TorchSharp, operation by operation, with batch norm folded into its convolutions.</summary>
internal sealed class HandWrittenResNet(ImageNetwork network)
{
    private static readonly Scalar Once = 1;
    private static readonly long[] One = [1, 1];
    private static readonly long[] Two = [2, 2];

    private readonly IReadOnlyList<FoldedLayer> _layers = network.FoldLayers();

    public Tensor Forward(Tensor images)
    {
        var x = nn.functional.relu(Convolution(_layers[0], ImageNetwork.ChannelsLast(images)), inplace: true);
        for (var i = 1; i < _layers.Count - 1; i += 2)
        {
            var y = nn.functional.relu(Convolution(_layers[i], x), inplace: true);
            y = Convolution(_layers[i + 1], y);
            var addedChannels = y.shape[1] - x.shape[1];
            if (addedChannels > 0)
            {
                var every2nd = x.slice(2, 0, long.MaxValue, 2).slice(3, 0, long.MaxValue, 2);
                x = nn.functional.pad(every2nd, [0, 0, 0, 0, addedChannels / 2, addedChannels / 2]);
            }

            x = nn.functional.relu(y.add_(x, Once), inplace: true);
        }

        return nn.functional.linear(x.mean([2, 3]), _layers[^1].Weight, _layers[^1].Bias);
    }

    private static Tensor Convolution(FoldedLayer layer, Tensor input) =>
        nn.functional.conv2d(input, layer.Weight, layer.Bias, layer.Weight.shape[0] == 2 * layer.Weight.shape[1] ? Two : One, One, One);
}
