using Microsoft.ML.Runtime;
using Plrs.MLNet.ImageClassification.Data;
using Plrs.MLNet.ImageClassification.Networks;
using Plrs.MLNet.Schedules;
using Plrs.MLNet.TorchSharp;
using TorchSharp;
using static TorchSharp.torch;
using Options = Plrs.MLNet.ImageClassification.TorchImageClassificationTrainer.Options;

namespace Plrs.MLNet.ImageClassification;

/// <summary>
/// Trains one network on one data set: epochs of steps, each followed by a validation. Everything random depends on the
/// seed and on where the run is, never on what was drawn before.
/// </summary>
internal sealed class TrainingLoop : IDisposable
{
    private readonly IHost _host;
    private readonly Options _options;
    private readonly TrainingData _data;
    private readonly int _seed;
    private readonly Device _device;
    private readonly ImageNetwork _network;
    private readonly optim.Optimizer _optimizer;
    private readonly ScheduleLR _scheduler;
    private readonly BatchReader _trainReader;
    private readonly BatchReader? _validationReader;
    private readonly BatchReader.Preparation _prepareForValidation;

    public TrainingLoop(IHost host, Options options, ILearningRateSchedule schedule, TrainingData data, ImageNetwork network, int seed)
    {
        _host = host;
        _options = options;
        _data = data;
        _seed = seed;
        _device = options.Device.Resolve();
        _network = network;
        _network.to(_device);
        _optimizer = options.Optimizer.Create(_network.parameters(), options.LearningRate);
        _scheduler = new ScheduleLR(_optimizer, schedule, BatchReader.BatchCount(data.TrainImages.Length, options.BatchSize));
        _trainReader = new BatchReader(data.TrainSet, options.BatchSize, options.ImageSize);
        _validationReader = data.HasValidation ? new BatchReader(data.ValidationSet, options.BatchSize, options.ImageSize) : null;
        _prepareForValidation = (pixels, _, values) => data.Normalization.Apply(pixels, values);
    }

    /// <summary>Trains to the end. The network then has the last epoch's weights or, with early stopping, the best epoch's.</summary>
    public void Run()
    {
        using var progress = _host.StartProgressChannel("Training");
        var monitor = _options.EarlyStoppingCriteria is { } criteria ? new EarlyStoppingMonitor(criteria) : null;
        using var best = new WeightsSnapshot(_network);
        for (var epoch = 0; epoch < _options.Epoch; epoch++)
        {
            var train = Train(epoch, out var learningRate);
            var watched = train.ToMetrics(ImageClassificationDataset.Train, epoch, learningRate);
            if (_options.TestOnTrainSet)
            {
                _options.MetricsCallback?.Invoke(watched);
            }

            if (_validationReader is not null)
            {
                watched = Validate(_validationReader).ToMetrics(ImageClassificationDataset.Validation, epoch, learningRate);
                _options.MetricsCallback?.Invoke(watched);
            }

            Report(progress, epoch, train, watched);
            if (monitor is null)
            {
                continue;
            }

            monitor.Observe(watched.Accuracy, watched.CrossEntropy);
            if (monitor.IsBest)
            {
                best.Take();
            }

            if (monitor.ShouldStop)
            {
                break;
            }
        }

        best.Restore();
        _network.to(CPU);
        _network.eval();
    }

    public void Dispose()
    {
        _trainReader.Dispose();
        _validationReader?.Dispose();
        _optimizer.Dispose();
    }

    private EpochFigures Train(int epoch, out double learningRate)
    {
        var order = _data.TrainImages.ToArray();
        Shuffle.InPlace(order, _seed, RandomStream.Shuffle, epoch);
        var augmenter = _options.Augmentation is { } augmentation
            ? new Augmenter(augmentation, _data.Normalization, _options.ImageSize, _seed)
            : null;
        BatchReader.Preparation prepare = augmenter is null
            ? _prepareForValidation
            : (pixels, image, values) => augmenter.Apply(pixels, image, epoch, values);

        _network.train();
        var figures = new EpochFigures();
        learningRate = 0;
        foreach (var batch in _trainReader.Read(order, prepare))
        {
            _host.CheckAlive();
            var position = TrainingStep.At(_scheduler.Position, _scheduler.StepsPerEpoch);
            learningRate = _scheduler.LearningRate;
            var (loss, correct) = Step(batch);
            figures.Add(batch.Count, loss, correct);
            _options.StepCallback?.Invoke(new StepMetrics(position, learningRate, batch.Count, loss, (float)correct / batch.Count, figures.ImagesPerSecond));
        }

        return figures;
    }

    private (float Loss, long Correct) Step(Batch batch)
    {
        using var scope = NewDisposeScope();
        var labels = batch.Labels(_device);
        var logits = _network.forward(batch.Images(_device));
        var loss = nn.functional.cross_entropy(logits, labels);

        _optimizer.zero_grad();
        loss.backward();
        _optimizer.step();
        _scheduler.step();
        return (loss.item<float>(), CountCorrect(logits, labels));
    }

    private EpochFigures Validate(BatchReader reader)
    {
        _network.eval();
        using var noGrad = no_grad();
        var figures = new EpochFigures();
        foreach (var batch in reader.Read(_data.ValidationImages, _prepareForValidation))
        {
            _host.CheckAlive();
            using var scope = NewDisposeScope();
            var labels = batch.Labels(_device);
            var logits = _network.forward(batch.Images(_device));
            var loss = nn.functional.cross_entropy(logits, labels);
            figures.Add(batch.Count, loss.item<float>(), CountCorrect(logits, labels));
        }

        return figures;
    }

    private static long CountCorrect(Tensor logits, Tensor labels) => logits.argmax(1).eq(labels).sum().item<long>();

    private void Report(IProgressChannel progress, int epoch, EpochFigures train, ImageClassificationMetrics watched)
    {
        progress.SetHeader(
            new ProgressHeader(["Loss", "Accuracy"], ["epochs"]),
            entry => entry.SetProgress(0, epoch + 1, _options.Epoch));
        progress.Checkpoint(train.CrossEntropy, watched.Accuracy, epoch + 1);
        using var channel = _host.Start("Training");
        channel.Info(watched.ToString());
    }
}
