using System.Globalization;
using Microsoft.ML.Runtime;
using Plrs.MLNet.Checkpoints;
using Plrs.MLNet.Images.Batching;
using Plrs.MLNet.Randomness;
using Plrs.MLNet.Schedules;
using static TorchSharp.torch;
using Options = Plrs.MLNet.ImageClassification.TorchImageClassificationTrainer.Options;

namespace Plrs.MLNet.Training;

/// <summary>Makes an epoch's steps. Order, changes to the images and rates depend on the seed and on where the run is, never on what was drawn before.</summary>
internal sealed class TrainingPass(
    IHost host, Options options, TrainingData data, int seed, StopCondition stop, Checkpointer? checkpoints, TrainingState state, Device device) : IDisposable
{
    private readonly BatchReader _reader = new(data.TrainSet, options.BatchSize);

    /// <summary>Makes the steps of the epoch that are left to make: all, or those after the checkpoint that the run was resumed from.</summary>
    /// <returns>Whether it came to the end; not when it is to stop.</returns>
    public bool Run()
    {
        var order = data.TrainImages.ToArray();
        Shuffle.InPlace(order, seed, RandomStream.Shuffle, state.Epoch);
        var done = (int)Math.Min((long)state.StepInEpoch * options.BatchSize, order.Length);

        state.Network.train();
        foreach (var batch in _reader.Read(order.AsMemory(done), Preparation(state.Epoch)))
        {
            host.CheckAlive();
            if (stop.Reason is not null)
            {
                return false;
            }

            var position = new TrainingStep(state.Steps, state.Scheduler.StepsPerEpoch);
            var learningRate = state.Scheduler.LearningRate;
            var (loss, correct) = Step(batch);
            if (!float.IsFinite(loss))
            {
                throw Diverged(string.Create(CultureInfo.InvariantCulture, $"the loss is {loss}"), state, checkpoints);
            }

            state.Figures.Add(batch.Count, loss, correct);
            options.StepCallback?.Invoke(
                new StepMetrics(position, learningRate, batch.Count, loss, (float)correct / batch.Count, state.Figures.ImagesPerSecond));
            checkpoints?.AfterStep(state);
        }

        return true;
    }

    public void Dispose() => _reader.Dispose();

    public static long CountCorrect(Tensor logits, Tensor labels) => logits.argmax(1).eq(labels).sum().item<long>();

    /// <summary>The error of a run whose last step showed that it leads nowhere: often the fault of the update before it.</summary>
    public static InvalidOperationException Diverged(string how, TrainingState state, Checkpointer? checkpoints)
    {
        var step = new TrainingStep(state.Steps - 1, state.Scheduler.StepsPerEpoch);
        var rates = string.Join(" after ", new[] { step.Index, step.Index - 1 }.Where(index => index >= 0).Select(state.LearningRate).Select(
            rate => rate.ToString(CultureInfo.InvariantCulture)));
        var message = string.Create(
            CultureInfo.InvariantCulture,
            $"Training diverged at step {step.Index} (epoch {step.Epoch}, learning rate {rates}): {how}. Try a lower maximum learning rate (a range test finds it), a warm-up, or larger batches.");
        return new InvalidOperationException(checkpoints?.LastPath is { } path ? $"{message} The last good checkpoint is '{path}'." : message);
    }

    private BatchReader.Preparation Preparation(int epoch)
    {
        if (options.Augmentation is not { } augmentation)
        {
            return (pixels, _, values) => data.Normalization.Apply(pixels, values);
        }

        var augmenter = new Augmenter(augmentation, data.Normalization, options.Decoding.Size, seed);
        return (pixels, image, values) => augmenter.Apply(pixels, image, epoch, values);
    }

    private (float Loss, long Correct) Step(Batch batch)
    {
        using var scope = NewDisposeScope();
        var labels = batch.Labels(device);
        var logits = state.Network.forward(batch.Images(device).to(options.Precision.ImageType()));
        var loss = nn.functional.cross_entropy(logits, labels);

        state.Optimizer.zero_grad();
        loss.backward();
        state.Optimizer.step();
        state.Scheduler.step();
        return (loss.item<float>(), CountCorrect(logits, labels));
    }
}
