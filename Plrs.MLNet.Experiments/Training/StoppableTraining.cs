using Microsoft.ML;
using Spectre.Console;

namespace Plrs.MLNet.Experiments.Training;

/// <summary>
/// A training that Ctrl+C stops: it keeps the model so far, and a checkpoint from which the same command goes on. It has one
/// <see cref="Fit"/>.
/// </summary>
internal sealed class StoppableTraining : ITrainingObserver, IDisposable
{
    private const string AtOnce = "Ctrl+C again ends at once, without it.";
    private const string BeforeSteps =
        $"Stopping as soon as possible. If a step was made, the model so far is kept; before that there is none. {AtOnce}";
    private const string InHead = $"Stopping after this step; the model with the head so far is kept. {AtOnce}";
    private const string InSteps = $"Stopping after this step; the model so far is kept. {AtOnce}";
    private const string AfterSteps = "The training has ended already; its model is saved, then tested. Ctrl+C again ends at once.";

    private static readonly TimeSpan BetweenCheckpoints = TimeSpan.FromMinutes(5);

    private readonly Interruption _interruption = new(BeforeSteps);
    private readonly string _workspace;
    private readonly RunCheckpoints _checkpoints;

    /// <param name="workspace">The folder for checkpoints, and for features.</param>
    public StoppableTraining(string workspace)
    {
        _workspace = workspace;
        _checkpoints = new RunCheckpoints(workspace);
    }

    /// <summary>
    /// Whether it was stopped before its end. That Ctrl+C was pressed does not tell it: it may have been after the last step.
    /// </summary>
    public bool IsStopped { get; private set; }

    /// <summary>Whether there is a checkpoint of it.</summary>
    public bool HasCheckpoints => _checkpoints.Exist;

    /// <summary>Makes the options those of a training that stops, and goes on from where it was stopped.</summary>
    public void Configure(TorchImageClassificationTrainer.Options options)
    {
        options.Stopping.Token = _interruption.Token;
        options.WorkspacePath = _workspace;
        options.Checkpoints.Interval = BetweenCheckpoints;
        options.Checkpoints.Kept = 1;
        options.Checkpoints.ResumeFrom = CheckpointSource.Newest;
        options.Reporting.Observers = [.. options.Reporting.Observers, this, _checkpoints];
    }

    /// <summary>Trains.</summary>
    /// <exception cref="OperationCanceledException">It was stopped before there was a model.</exception>
    public T Fit<T>(IEstimator<T> pipeline, IDataView data)
        where T : class, ITransformer
    {
        try
        {
            var model = pipeline.WithProgress(AnsiConsole.Profile.Out.Writer).Fit(data);
            IsStopped = model.GetTrainingRecord()?.StopReason == StopReason.StopToken;
            _interruption.Note = AfterSteps;
            AnsiConsole.WriteLine();
            return model;
        }
        catch (Exception e) when (_interruption.Explains(e))
        {
            throw new OperationCanceledException("Cancelled before the first step, so that there is no model to keep.", e);
        }
    }

    /// <summary>Tells how to go on after a stop.</summary>
    public void TellHowToGoOn()
    {
        if (IsStopped)
        {
            var command = HasCheckpoints ? $"goes on from the checkpoint in {_workspace}" : "trains the head anew, and goes on";
            AnsiConsole.MarkupLineInterpolated($"[yellow]Stopped before the end: the same command {command}[/]");
        }
    }

    /// <summary>Removes the checkpoints of a training that has come to its end.</summary>
    public void RemoveCheckpoints()
    {
        if (!IsStopped)
        {
            _checkpoints.Remove();
        }
    }

    public void Dispose() => _interruption.Dispose();

    void ITrainingObserver.OnStage(StageProgress progress) =>
        _interruption.Note = progress is { Stage: TrainingStage.TrainingHead, Done: > 0 } ? InHead : BeforeSteps;

    void ITrainingObserver.OnHeadTrained(HeadTrained head) => _interruption.Note = InSteps;

    void ITrainingObserver.OnResumed(TrainingCheckpoint checkpoint) => _interruption.Note = InSteps;

    void ITrainingObserver.OnStep(StepMetrics metrics) => _interruption.Note = InSteps;
}
