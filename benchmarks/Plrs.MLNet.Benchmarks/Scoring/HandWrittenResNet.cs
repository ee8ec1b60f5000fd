using Plrs.MLNet.ImageClassification.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Plrs.MLNet.Benchmarks.Scoring;

/// <summary>A folded CIFAR ResNet's forward as one would write it by hand with TorchSharp, operation by operation.</summary>
internal static class HandWrittenResNet
{
    private static readonly Scalar One = 1;
    private static readonly long[] Padding = [1, 1];
    private static readonly long[] Dilation = [1, 1];

    public static Tensor Forward(FoldedNetwork network, Tensor images)
    {
        var x = nn.functional.relu(Convolution(network, 0, ImageNetwork.ChannelsLast(images)), inplace: true);
        for (var layer = 1; layer < network.Weights.Length - 1; layer += 2)
        {
            var addedChannels = network.Weights[layer].shape[0] - x.shape[1];
            var y = nn.functional.relu(Convolution(network, layer, x, stride: addedChannels > 0 ? 2 : 1), inplace: true);
            y = Convolution(network, layer + 1, y);
            if (addedChannels > 0)
            {
                var every2nd = x.slice(2, 0, long.MaxValue, 2).slice(3, 0, long.MaxValue, 2);
                x = nn.functional.pad(every2nd, [0, 0, 0, 0, addedChannels / 2, addedChannels / 2]);
            }

            x = nn.functional.relu(y.add_(x, One), inplace: true);
        }

        return nn.functional.linear(x.mean([2, 3]), network.Weights[^1], network.Biases[^1]);
    }

    private static Tensor Convolution(FoldedNetwork network, int layer, Tensor input, long stride = 1) =>
        nn.functional.conv2d(input, network.Weights[layer], network.Biases[layer], [stride, stride], Padding, Dilation);
}
