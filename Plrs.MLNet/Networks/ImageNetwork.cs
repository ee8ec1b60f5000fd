using System.Runtime.InteropServices;
using Plrs.MLNet.ImageClassification;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Plrs.MLNet.Networks;

/// <summary>
/// A network that classifies images: input of shape (batch, 3, height, width), normalised RGB, to float32 logits of shape
/// (batch, classes). It computes in the type of its input, float32 or bfloat16; its weights are float32. Parameters have the
/// names that PyTorch implementations of the same network commonly give them.
/// </summary>
internal abstract class ImageNetwork(string name) : nn.Module<Tensor, Tensor>(name)
{
    /// <summary>The method of <see cref="FoldedNetworkScript"/> that computes the folded copy.</summary>
    protected abstract string FoldedForward { get; }

    /// <summary>Makes a network with weights that depend on <paramref name="seed"/> alone.</summary>
    public static ImageNetwork Create(TorchImageClassificationTrainer.Architecture architecture, int classCount, int seed)
    {
        var network = architecture switch
        {
            TorchImageClassificationTrainer.Architecture.ResNet20 => new CifarResNet(blocksPerStage: 3, classCount),
            TorchImageClassificationTrainer.Architecture.ResNet32 => new CifarResNet(blocksPerStage: 5, classCount),
            TorchImageClassificationTrainer.Architecture.ResNet44 => new CifarResNet(blocksPerStage: 7, classCount),
            TorchImageClassificationTrainer.Architecture.ResNet56 => new CifarResNet(blocksPerStage: 9, classCount),
            TorchImageClassificationTrainer.Architecture.ResNet110 => new CifarResNet(blocksPerStage: 18, classCount),
            _ => throw new ArgumentOutOfRangeException(nameof(architecture), architecture, "Not a known architecture."),
        };
        network.Initialize(seed);
        return network;
    }

    /// <summary>Refuses weights with which every image would score NaN, which is what an image that cannot be decoded scores.</summary>
    /// <exception cref="FormatException">A weight is not finite, or a variance is negative.</exception>
    public void CheckWeights()
    {
        foreach (var (name, tensor) in state_dict().Where(entry => entry.Value.dtype == ScalarType.Float32))
        {
            var isVariance = name.EndsWith("running_var", StringComparison.Ordinal);
            foreach (var value in MemoryMarshal.Cast<byte, float>(tensor.bytes))
            {
                if (!float.IsFinite(value))
                {
                    throw new FormatException($"The weights cannot be used: '{name}' has values that are not finite.");
                }

                if (isVariance && value < 0)
                {
                    throw new FormatException($"The weights cannot be used: '{name}' has negative values.");
                }
            }
        }
    }

    /// <summary>
    /// Makes a copy for scoring alone: batch normalisations are folded into the convolutions before them, so that its logits
    /// are those of this network in evaluation up to rounding, in fewer operations. This network is unchanged, and its
    /// weights cannot be had back from the copy.
    /// </summary>
    public FoldedNetwork Fold()
    {
        using var scope = NewDisposeScope();
        return new FoldedNetwork(FoldedForward, FoldLayers());
    }

    /// <summary>The layers of the folded copy, in order: new tensors, in the caller's dispose scope.</summary>
    public abstract IReadOnlyList<FoldedLayer> FoldLayers();

    /// <summary>
    /// The same images, or weights of a convolution, with the channels of a pixel side by side in memory. A convolution hands its input's
    /// order on to its output, and on CPUs libtorch computes this one without rearranging in between.
    /// </summary>
    public static Tensor ChannelsLast(Tensor images) => images.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);

    /// <summary>
    /// Kaiming-normal weights (He et al. 2015) from a generator of its own: torch's global one is shared by the whole
    /// process, so two trainings at once would disturb each other.
    /// </summary>
    private void Initialize(int seed)
    {
        using var noGrad = no_grad();
        using var generator = new Generator((ulong)seed);
        foreach (var module in modules())
        {
            switch (module)
            {
                case Conv2d convolution:
                    InitializeWeight(convolution.weight, generator);
                    break;
                case Linear linear:
                    InitializeWeight(linear.weight, generator);
                    linear.bias?.zero_();
                    break;
            }
        }
    }

    private static void InitializeWeight(Tensor weight, Generator generator)
    {
        var fanIn = weight.numel() / weight.shape[0];
        weight.normal_(0, Math.Sqrt(2.0 / fanIn), generator);
    }
}
