using Microsoft.ML.Runtime;
using Plrs.MLNet.Checkpoints;
using Plrs.MLNet.Training;

namespace Plrs.MLNet.ImageClassification;

/// <summary>The observers of a run's session that the options ask for.</summary>
internal static class RunObservers
{
    /// <summary>
    /// The observers, in the order in which they are called. What ends the session comes first, so that nobody acts in vain. Who measures
    /// the last weights comes before their average, which takes their place. The average comes before early stopping, which keeps what was
    /// validated, and puts the best over the last in the end. What keeps a state comes before the user's code: when that throws, all states
    /// are those after the same step. That code comes before the log: its line closes the epoch. Checkpoints come last, because they hold
    /// what all the others have made of it.
    /// </summary>
    public static IEnumerable<TrainingObserver> Of(TrainingRun run, RunNotes notes)
    {
        var (options, monitor) = (run.Options, run.Monitor);
        yield return new CancellationObserver(run.Host);
        yield return new StopObserver(run.Stop);
        var averaging = options.AveragingWith(run.Settings.Schedule);
        if (averaging.IsOn && run.Observers.Any(observer => observer.MeasuresLastWeights))
        {
            yield return new LastWeightsObserver();
        }

        yield return new WeightAveragingObserver(averaging);
        if (options.EarlyStoppingCriteria is { } criteria)
        {
            yield return new EarlyStoppingObserver(criteria, options.Stopping.OnDivergence);
        }

        yield return new InstabilityObserver(monitor);
        yield return notes.History;
        yield return notes.Rates;
        yield return notes.Parts;
        if (options.MetricsCallback is { } callback)
        {
            yield return new CallbackObserver(callback, options.TestOnTrainSet);
        }

        if (monitor is not null)
        {
            yield return new InstabilityReportObserver(run.Host, monitor);
        }

        foreach (var observer in run.Observers)
        {
            yield return new OwnObserver(observer, monitor, Warn);
        }

        if (options.Reporting.TensorBoardFolder is { } folder)
        {
            yield return new OwnObserver(new TensorBoardObserver(folder, TimeProvider.System, Warn), monitor, Warn);
        }

        yield return new ProgressObserver(run.Host);
        if (SharedMachineObserver.IsOfUse(run.Settings.Device))
        {
            yield return new SharedMachineObserver(run.Host, TimeProvider.System, ThreadTimes.Read);
        }

        if (options.Checkpoints.Writes || options.Checkpoints.ResumeFrom is not null)
        {
            var fingerprint = RunFingerprint.Of(RunIdentity.Of(run), run.Settings.Device);
            var store = options.WorkspacePath is { } workspace ? new CheckpointStore(workspace, fingerprint.Id) : null;
            yield return new CheckpointObserver(run.Host, options.Checkpoints, store, fingerprint, run.Observers, TimeProvider.System);
        }

        void Warn(string message)
        {
            using var channel = run.Host.Start("Training");
            channel.Warning(message);
        }
    }

    /// <summary>The observers of the head's session before that on images.</summary>
    public static IEnumerable<TrainingObserver> OfHeadFirst(TrainingRun run) =>
    [
        new CancellationObserver(run.Host),
        new StopObserver(run.Stop),
        new ProgressObserver(run.Host, "Head"),
        new HeadStageObserver(run.Observers, run.Data),
    ];
}
