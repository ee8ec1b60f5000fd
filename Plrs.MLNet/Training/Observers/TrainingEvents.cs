using Plrs.MLNet.Schedules;

namespace Plrs.MLNet.Training;

/// <summary>A session is about to start; its state may be set to where an earlier run was.</summary>
internal sealed record SessionStarting(TrainingSession Session);

/// <summary>A session that starts has the state of a checkpoint.</summary>
/// <param name="Session">The session.</param>
/// <param name="ScheduleDiffers">Whether the steps before the checkpoint were made with another schedule.</param>
/// <param name="AveragingDiffers">Whether their weights were averaged in another way.</param>
internal sealed record SessionResumed(TrainingSession Session, bool ScheduleDiffers, bool AveragingDiffers);

/// <summary>An epoch is about to start, or to go on after a resume.</summary>
/// <param name="Session">The session.</param>
/// <param name="Epoch">The epoch, from 0.</param>
internal sealed record EpochStarting(TrainingSession Session, int Epoch);

/// <summary>A batch is about to be trained on or validated.</summary>
/// <param name="Session">The session.</param>
/// <param name="Dataset">What the batch is of.</param>
internal readonly record struct BatchStarting(TrainingSession Session, ImageClassificationDataset Dataset);

/// <summary>A step is done.</summary>
/// <param name="Session">The session, whose state is that after the step.</param>
/// <param name="Step">The step's position in the run.</param>
/// <param name="LearningRate">The rate that it used.</param>
/// <param name="BatchSize">The number of images in its batch.</param>
internal readonly record struct StepDone(TrainingSession Session, TrainingStep Step, double LearningRate, int BatchSize)
{
    /// <summary>The step's figures. Whoever asks waits for the GPU, so it is asked for where it is used.</summary>
    /// <exception cref="TrainingDivergedException">A loss since the last reading is not a number.</exception>
    public StepMetrics ReadMetrics() => Session.State.ReadMetrics(this);
}

/// <summary>
/// A step's figures have come from the device: in the order of the steps, each once, some steps after the step on a GPU, and before its
/// epoch is told to be trained. Whoever is told only takes note of them: the session may be about to write its state.
/// </summary>
/// <param name="Session">The session, whose state is that after this step or a later one.</param>
/// <param name="Step">The step's position in the run.</param>
/// <param name="Figures">What it gave.</param>
internal readonly record struct StepRead(TrainingSession Session, TrainingStep Step, BatchFigures Figures)
{
    /// <summary>The figures as they are reported.</summary>
    public StepMetrics Metrics => Session.State.MetricsOf(Session.Settings, Step, Figures);
}

/// <summary>An epoch's steps are done, and its validation, if there is any, comes next.</summary>
/// <param name="Session">The session.</param>
/// <param name="Metrics">The figures of the training.</param>
internal sealed record EpochTrained(TrainingSession Session, ImageClassificationMetrics Metrics)
{
    /// <summary>
    /// The validation of the weights that the last step has left, before their average took their place; <see langword="null"/> if nobody
    /// wants it.
    /// </summary>
    public ImageClassificationMetrics? LastWeights { get; set; }
}

/// <summary>An epoch is done, its validation included.</summary>
/// <param name="Session">The session, whose state is that between this epoch and the next.</param>
/// <param name="Train">The figures of the training.</param>
/// <param name="Validation">Those of the validation, or <see langword="null"/> without one.</param>
internal sealed record EpochDone(TrainingSession Session, ImageClassificationMetrics Train, ImageClassificationMetrics? Validation)
{
    /// <summary>The figures that tell how good the network is.</summary>
    public ImageClassificationMetrics Watched => Validation ?? Train;
}

/// <summary>No more steps are made, and there is a model.</summary>
/// <param name="Session">The session, whose state is as the last step left it.</param>
/// <param name="Cause">Why.</param>
internal sealed record SessionStopped(TrainingSession Session, StopCause Cause);

/// <summary>
/// Training has diverged, and no more steps are made. The session fails unless an observer has the weights of a better time, which it is to
/// put in place when the session completes.
/// </summary>
internal sealed class SessionDiverged(TrainingSession session, Exception exception)
{
    public TrainingSession Session => session;

    public Exception Exception => exception;

    /// <summary>The epoch, from 0, whose weights the model gets; <see langword="null"/> when the session is to fail.</summary>
    public int? ModelOfEpoch { get; set; }
}

/// <summary>The weights that the model gets are to be put in place.</summary>
internal sealed record SessionCompleting(TrainingSession Session);

/// <summary>The network has the model's weights.</summary>
/// <param name="Session">The session.</param>
/// <param name="Cause">Why no more steps were made.</param>
internal sealed record SessionCompleted(TrainingSession Session, StopCause Cause);

/// <summary>An exception ends the session.</summary>
internal sealed class SessionFailed(TrainingSession session, Exception exception)
{
    private readonly List<string> _sentences = [];

    public TrainingSession Session => session;

    public Exception Exception => exception;

    /// <summary>What observers have to say about it.</summary>
    public IReadOnlyList<string> Sentences => _sentences;

    /// <summary>Adds a sentence to the message, where it is the session's own.</summary>
    public void Add(string sentence) => _sentences.Add(sentence);
}
