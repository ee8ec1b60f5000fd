using static TorchSharp.torch;
using Scalar = TorchSharp.Scalar;

namespace Plrs.MLNet.Training;

/// <summary>
/// What a training step makes smaller: the mean cross-entropy, and where the settings say so, that of smoothed labels, with classes that
/// weigh differently, of images that are mixed.
/// </summary>
internal sealed class TrainingLoss(SessionSettings settings) : IDisposable
{
    private readonly double _mixupAlpha = settings.MixupAlpha;
    private readonly Tensor? _classWeights =
        settings.ClassWeights is { } weights ? tensor(weights, device: settings.Device).DetachFromDisposeScope() : null;

    /// <summary>The network's logits for a batch and its loss, in the caller's dispose scope.</summary>
    /// <param name="network">The network.</param>
    /// <param name="images">The images.</param>
    /// <param name="labels">Their classes.</param>
    /// <param name="step">The number of the step in the run.</param>
    public (Tensor Logits, Tensor Loss) Forward(nn.Module<Tensor, Tensor> network, Tensor images, Tensor labels, long step)
    {
        if (_mixupAlpha == 0)
        {
            var logits = network.forward(images.to(settings.Precision.ImageType()));
            return (logits, CrossEntropy(logits, labels));
        }

        var (share, places) = Mixup.Draw(_mixupAlpha, (int)images.shape[0], settings.Seed, step);
        using Scalar own = share;
        using Scalar partner = 1 - share;
        var partners = tensor(places, device: settings.Device);
        var mixed = network.forward(images.lerp(images.index_select(0, partners), 1 - share).to(settings.Precision.ImageType()));
        return (mixed, CrossEntropy(mixed, labels).mul(own) + CrossEntropy(mixed, labels.index_select(0, partners)).mul(partner));
    }

    public void Dispose() => _classWeights?.Dispose();

    private Tensor CrossEntropy(Tensor logits, Tensor labels) =>
        nn.functional.cross_entropy(logits, labels, _classWeights, label_smoothing: settings.LabelSmoothing);
}
