using Microsoft.ML;
using Plrs.MLNet.Experiments.Folders;
using Plrs.MLNet.Experiments.Reports;
using Plrs.MLNet.Experiments.Schedules;
using Plrs.MLNet.Experiments.Training;
using Plrs.MLNet.Schedules;
using TorchSharp;
using static Microsoft.ML.Transforms.ValueToKeyMappingEstimator;

namespace Plrs.MLNet.Experiments.Comparisons;

/// <summary>
/// Trains once, tests after each epoch with the last weights and with their average, and goes on from its checkpoint where it was
/// interrupted.
/// </summary>
internal sealed class ExperimentRun(
    ExperimentSettings settings, ExampleSet examples, RunFiles files, TorchDevice device, IProgressView view)
{
    // Decoded, CIFAR's 60,000 images take 0.2 GB, Tiny ImageNet's 110,000 in their own size 1.4 GB.
    private const long CacheBudget = 4L << 30;
    private const int CheckpointsPerRun = 20;

    private readonly NetworkDefinition _network = Network.Known[settings.Network];

    /// <summary>Makes a run to its end.</summary>
    /// <param name="key">Which.</param>
    /// <param name="stop">Ends it after its current step; it goes on from there when it is made again.</param>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public RunRecord Make(RunKey key, CancellationToken stop)
    {
        var mlContext = LibraryWords.Tell(new MLContext(key.Seed), view.Warn);
        var (train, test) = Split(mlContext, key);
        var record = files.ReadBegun(key);
        if (record is null)
        {
            // Checkpoints without the figures before them are of no use.
            files.RemoveWork(key);
            record = new RunRecord { Key = key };
        }

        record.Machine = Machine();
        record.TrainImages = (int)train.GetRowCount()!;
        record.TestImages = (int)test.GetRowCount()!;
        var named = NamedSchedule.Find(key.Schedule)!;
        var options = Options(named, test, record, stop);
        var trainer = mlContext.MulticlassClassification.Trainers.TorchImageClassification(options);
        try
        {
            var schedule = named.Create?.Invoke(settings.Rates(), settings.Epochs) ?? RangeTested(record, mlContext, train, options);
            record.Rates = named.Momentum > 0 ? FormattableString.Invariant($"{schedule}, momentum {named.Momentum}") : $"{schedule}";
            record.SkippedImages = 0;
            view.Begin(record, settings);
            using var model = trainer.UseSchedule(schedule).Fit(train);
        }
        catch (TrainingStoppedException) when (stop.IsCancellationRequested)
        {
            // It has no figures yet, and goes on from its beginning.
        }
        catch (InvalidOperationException e) when (e is TrainingDivergedException or NoBoundsException)
        {
            record.Failure = e.Message;
        }

        if (record.Failure is null && record.Epochs.Count < settings.Epochs)
        {
            // The checkpoint that the trainer wrote may be of the middle of an epoch.
            files.WriteBegun(record);
            throw new OperationCanceledException(stop);
        }

        files.Finish(record);
        return record;
    }

    /// <summary>Labels to keys, and the fold where there are folds.</summary>
    private (IDataView Train, IDataView Test) Split(MLContext mlContext, RunKey key)
    {
        var train = Rows(examples.Train);
        var keys = mlContext.Transforms.Conversion.MapValueToKey("Label", keyOrdinality: KeyOrdinality.ByValue).Fit(train);
        if (key.Fold is not { } fold)
        {
            return (keys.Transform(train), keys.Transform(Rows(examples.Test)));
        }

        var split = mlContext.Data.StratifiedCrossValidationSplit(keys.Transform(train), "Label", settings.Folds, key.Seed)[fold - 1];
        return (split.TrainSet, split.TestSet);

        IDataView Rows(IReadOnlyList<Example> rows) =>
            mlContext.Data.LoadFromEnumerable(rows.Select(example => new Row(example)).ToArray());
    }

    private TorchImageClassificationTrainer.Options Options(NamedSchedule named, IDataView test, RunRecord record, CancellationToken stop)
    {
        var recorder = new Recorder(record, () =>
        {
            files.WriteBegun(record);
            view.EpochDone(record, settings);
        });
        var isFromScratch = settings.FineTuning == FineTuningName.Scratch;
        return new TorchImageClassificationTrainer.Options
        {
            FeatureColumnName = nameof(Row.Image),
            Arch = _network,
            StartFrom = isFromScratch ? PretrainedWeights.None : PretrainedWeights.ImageNet,
            FineTuning = settings.FineTuning == FineTuningName.Gradual
                ? FineTuning.Gradual
                : FineTuning.Full with { FreezeBatchNorm = !isFromScratch },
            Epoch = settings.Epochs,
            BatchSize = settings.BatchSize,
            Images =
            {
                Size = settings.ImageSize,
                Augmentation = isFromScratch ? MirroredAndMoved : ImageAugmentation.Photos,
                CacheBudget = CacheBudget,
            },
            Optimizer = new SgdOptions { Momentum = named.Momentum },
            WeightAveraging = WeightAveraging.Exponential(settings.AveragingDecay),
            Steps = { Precision = settings.MixedPrecision ? TrainingPrecision.MixedBFloat16 : TrainingPrecision.Full, Device = device },
            ValidationSet = test,
            EarlyStoppingCriteria = null,
            Reporting = { Observers = [recorder] },
            WorkspacePath = files.Work(record.Key),
            Checkpoints =
            {
                EveryEpochs = Math.Max(1, settings.Epochs / CheckpointsPerRun),
                Kept = 1,
                ResumeFrom = CheckpointSource.Newest,
            },
            Stopping = { Token = stop },
        };
    }

    // As on CIFAR-10: mirrored at random, and moved by up to an eighth of the image.
    private ImageAugmentation MirroredAndMoved =>
        new() { RandomCropPadding = (settings.ImageSize ?? _network.ImageSize) / 8, HorizontalFlip = true };

    /// <summary>PLRS with the bounds of a range test of one sweep, as <c>UsePlrs()</c> makes it.</summary>
    private static PlrsSchedule RangeTested(
        RunRecord record, MLContext mlContext, IDataView train, TorchImageClassificationTrainer.Options options)
    {
        if (record.Bounds is null)
        {
            var trainer = mlContext.MulticlassClassification.Trainers.TorchImageClassification(options);
            var bounds = mlContext.MulticlassClassification.FindPlrsBounds(train, trainer, new PlrsRangeTestOptions { Seeds = 1 });
            record.Bounds = bounds.IsUsable
                ? new FoundBounds(bounds.MinimumLearningRate, bounds.MaximumLearningRate)
                : throw new NoBoundsException(bounds.Reason!);
        }

        return new PlrsSchedule(record.Bounds.Minimum, record.Bounds.Maximum, record.Key.Seed);
    }

    private string Machine()
    {
        var isGpu = device == TorchDevice.Auto ? torch.cuda.is_available() : device != TorchDevice.Cpu;
        return FormattableString.Invariant($"{(isGpu ? "a CUDA GPU" : "the CPU")}, {Environment.ProcessorCount} processors");
    }

    private sealed class NoBoundsException(string message) : InvalidOperationException(message);
}
