namespace Plrs.MLNet;

/// <summary>
/// Observes a training: its methods are called on the training thread. By default each does nothing, so an observer has only the methods
/// that it needs. What it throws ends the training, and reaches the caller of <c>Fit</c> as it is.
/// </summary>
/// <remarks>
/// On a GPU the steps' metrics come a few steps late, several at once: otherwise each step would wait. A <c>Fit</c> that resumes from a
/// checkpoint reports only what comes after it. If there are several trainings, as in a cross-validation, one observer gets the calls of
/// all of them.
/// </remarks>
/// <example>
/// <code>
/// options.Reporting.Observers = [new SlowestEpoch()];
///
/// sealed class SlowestEpoch : ITrainingObserver
/// {
///     public double ImagesPerSecond { get; private set; } = double.PositiveInfinity;
///
///     public void OnEpoch(ImageClassificationMetrics training, ImageClassificationMetrics? validation) =>
///         ImagesPerSecond = Math.Min(ImagesPerSecond, training.ImagesPerSecond);
/// }
/// </code>
/// </example>
public interface ITrainingObserver
{
    /// <summary>
    /// A stage before the steps on images begins, or advances. Images are read in any training; the other stages are there if the options
    /// ask for them. A range test of
    /// <see cref="RangeTestCatalog.FindPlrsBounds"/> reports its stages, too, and nothing else.
    /// </summary>
    /// <param name="progress">How far it has come.</param>
    void OnStage(StageProgress progress)
    {
    }

    /// <summary>
    /// An image cannot be used, and is skipped. Calls come in the order of the rows, before training starts. The log has a summary.
    /// </summary>
    /// <param name="image">The image.</param>
    void OnImageSkipped(SkippedImage image)
    {
    }

    /// <summary>
    /// The head is trained, and the other layers are next. Not called if the head's training was stopped, and not with
    /// <see cref="FineTuning.HeadOnly"/>, whose epochs are those of the head.
    /// </summary>
    /// <param name="head">How good it is.</param>
    void OnHeadTrained(HeadTrained head)
    {
    }

    /// <summary>Training resumes from a checkpoint. The call comes before <see cref="OnStarting"/>.</summary>
    /// <param name="checkpoint">The checkpoint.</param>
    void OnResumed(TrainingCheckpoint checkpoint)
    {
    }

    /// <summary>A checkpoint is written.</summary>
    /// <param name="checkpoint">The checkpoint.</param>
    void OnCheckpoint(TrainingCheckpoint checkpoint)
    {
    }

    /// <summary>
    /// Training is about to make its first step on images, or the first one after a checkpoint. A run that resumes from its end is started,
    /// too, and then ended.
    /// </summary>
    /// <param name="epochs">The number of epochs of the run.</param>
    /// <param name="stepsPerEpoch">The number of steps in an epoch.</param>
    void OnStarting(int epochs, int stepsPerEpoch)
    {
    }

    /// <summary>
    /// A step's metrics are there: in the order of the steps, each once, and those of an epoch before <see cref="OnEpoch"/>.
    /// </summary>
    /// <param name="metrics">The metrics.</param>
    void OnStep(StepMetrics metrics)
    {
    }

    /// <summary>The training showed something that may be unstable, as <see cref="InstabilitySignals"/> say.</summary>
    /// <param name="signal">What it showed.</param>
    void OnInstability(InstabilitySignal signal)
    {
    }

    /// <summary>
    /// With averaged weights, the metrics of the weights that an epoch's last step has left, before <see cref="OnEpoch"/> has those of the
    /// average: so one training shows both. Not called without <see cref="MeasuresLastWeights"/>, an average and a validation set.
    /// </summary>
    /// <param name="validation">The metrics of the validation.</param>
    void OnLastWeights(ImageClassificationMetrics validation)
    {
    }

    /// <summary>
    /// Whether <see cref="OnLastWeights"/> is wanted, which takes one more pass over the validation set per epoch. Default
    /// <see langword="false"/>.
    /// </summary>
    bool MeasuresLastWeights => false;

    /// <summary>An epoch is done, its validation included.</summary>
    /// <param name="training">The metrics of its steps.</param>
    /// <param name="validation">The metrics of the validation, or <see langword="null"/> without one.</param>
    void OnEpoch(ImageClassificationMetrics training, ImageClassificationMetrics? validation)
    {
    }

    /// <summary>The training came to its end, and the network has the model's weights.</summary>
    /// <param name="reason">Why no more steps were made.</param>
    /// <param name="text">The reason in words, with its numbers.</param>
    void OnEnded(StopReason reason, string text)
    {
    }

    /// <summary>An exception ends the training. What this method throws is a warning in the log: the exception goes its way.</summary>
    /// <param name="exception">The exception.</param>
    void OnFailed(Exception exception)
    {
    }
}
