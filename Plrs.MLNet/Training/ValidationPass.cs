using Microsoft.ML.Runtime;
using Plrs.MLNet.Images.Batching;
using static TorchSharp.torch;
using Options = Plrs.MLNet.ImageClassification.TorchImageClassificationTrainer.Options;

namespace Plrs.MLNet.Training;

/// <summary>Measures a network on the validation images.</summary>
internal sealed class ValidationPass(IHost host, Options options, TrainingData data, StopCondition stop, TrainingState state, Device device) : IDisposable
{
    private readonly BatchReader _reader = new(data.ValidationSet, options.BatchSize);

    /// <summary>Adds up the figures of all batches.</summary>
    /// <returns>Whether it came to the end; not when it is to stop.</returns>
    public bool Run(EpochFigures figures)
    {
        state.Network.eval();
        using var noGrad = no_grad();
        foreach (var batch in _reader.Read(data.ValidationImages, (pixels, _, values) => data.Normalization.Apply(pixels, values)))
        {
            host.CheckAlive();
            if (stop.Reason is not null)
            {
                return false;
            }

            using var scope = NewDisposeScope();
            var labels = batch.Labels(device);
            var logits = state.Network.forward(batch.Images(device));
            var loss = nn.functional.cross_entropy(logits, labels);
            figures.Add(batch.Count, loss.item<float>(), TrainingPass.CountCorrect(logits, labels));
        }

        return true;
    }

    public void Dispose() => _reader.Dispose();
}
