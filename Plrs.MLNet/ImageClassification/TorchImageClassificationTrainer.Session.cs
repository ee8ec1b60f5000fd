using Microsoft.ML.Runtime;
using Plrs.MLNet.Checkpoints;
using Plrs.MLNet.Networks;
using Plrs.MLNet.Schedules;
using Plrs.MLNet.Torch;
using Plrs.MLNet.Training;
using Plrs.MLNet.Training.Observers;
using static TorchSharp.torch;

namespace Plrs.MLNet.ImageClassification;

/// <content>The training session that the options ask for.</content>
public sealed partial class TorchImageClassificationTrainer
{
    // The header, the settings and the figures, generously.
    private const int BytesBesideTensors = 1 << 16;

    // A wait in eight steps costs a GPU little, and eight batches wait for it in page-locked memory at most.
    private const int StepsPerReadingOfGpu = 8;

    private IHostEnvironmentInternal Context => (IHostEnvironmentInternal)Host;

    private TrainingSettings SessionSettings(ILearningRateSchedule schedule, nn.Module network, DeviceChoice device) => new()
    {
        Epochs = _recipe.Epochs,
        BatchSize = _options.BatchSize,
        MinimumLastBatchSize = _options.MinimumLastBatchSize,
        Schedule = schedule,
        Optimizer = _options.Optimizer,
        Groups = network is GraphModule { Graph: var graph } ? _recipe.FineTuning.Plan(graph, _options.Optimizer.DecaysNormsAndBiases) : null,
        MixupAlpha = _recipe.FineTuning.IsHeadOnly ? 0 : _recipe.Augmentation?.MixupAlpha ?? 0,
        LabelSmoothing = _options.LabelSmoothing,
        SamplesClassesEqually = _options.ClassBalance == ClassBalance.Sampling,
        Precision = _options.Precision,
        Device = device.Torch,
        MeasuresGradients = _options.InstabilitySignals.IsOn,
        SmoothnessInterval = network is GraphModule ? _options.InstabilitySignals.SmoothnessInterval : null,
        StepsPerReading = device.IsGpu ? StepsPerReadingOfGpu : 1,
        Seed = _seed,
    };

    /// <summary>
    /// The observers, in the order in which they are told. What ends the session comes first, so that nobody acts in vain. Who measures the last weights comes before
    /// their average, which takes their place. The average comes before
    /// early stopping, which keeps what was validated, and puts the best over the last in the end. What keeps a state
    /// comes before the user's callbacks: when one of these throws, all states are those after the same step. The callbacks come before the log:
    /// its line closes the epoch. Checkpoints come last, because they hold what all the others have made of it.
    /// </summary>
    private IEnumerable<TrainingObserver> Observers(PreparedRun run, HistoryObserver history)
    {
        var monitor = run.Monitor;
        yield return new CancellationObserver(Host);
        yield return new StopObserver(run.Stop);
        var averaging = _options.AveragingWith(run.Settings.Schedule);
        if (_options.LastWeightsMetricsCallback is { } report && averaging.IsOn)
        {
            yield return new LastWeightsObserver(report);
        }

        yield return new WeightAveragingObserver(averaging);
        if (_options.EarlyStoppingCriteria is { } criteria)
        {
            yield return new EarlyStoppingObserver(criteria, _options.OnDivergence);
        }

        yield return new InstabilityObserver(monitor);
        yield return history;
        yield return new CallbackObserver(_options.StepCallback, _options.MetricsCallback, _options.TestOnTrainSet);
        if (monitor is not null)
        {
            yield return new InstabilityReportObserver(Host, monitor, _options.InstabilityCallback);
        }

        foreach (var observer in run.Told)
        {
            yield return new OwnObserver(observer, monitor);
        }

        if (_options.TensorBoardFolder is { } folder)
        {
            yield return new OwnObserver(new TensorBoardObserver(folder, TimeProvider.System, Warn), monitor);
        }

        yield return new ProgressObserver(Host);
        var checkpoints = _options.Checkpoints;
        if (checkpoints.Writes || checkpoints.ResumeFrom is not null)
        {
            var fingerprint = RunFingerprint.Of(RunSettings.Describe(_options, _recipe, run.Start.Digest, run.ClassNames.Length, run.Settings.Schedule, _seed, run.Data), run.Settings.Device);
            var store = _options.WorkspacePath is { } workspace ? new CheckpointStore(workspace, fingerprint.Id) : null;
            yield return new CheckpointObserver(Host, checkpoints, store, fingerprint, run.Told, TimeProvider.System);
        }
    }

    private void Warn(string message)
    {
        using var channel = Host.Start("Training");
        channel.Warning(message);
    }

    /// <summary>Finds out before images are loaded whether the workspace has room for a checkpoint.</summary>
    private void CheckWorkspace(nn.Module network, ILearningRateSchedule schedule)
    {
        if (_options.Checkpoints.Writes)
        {
            var best = _options.EarlyStoppingCriteria is null ? 0 : WeightsSnapshot.Length(network);
            var average = _options.AveragingWith(schedule).IsOn ? AveragedWeights.Length(network) : 0;
            CheckpointStore.Probe(_options.WorkspacePath!, TrainingState.Length(network, _options.Optimizer) + best + average + BytesBesideTensors);
        }
    }
}
