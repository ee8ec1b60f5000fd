using System.Globalization;

namespace Plrs.MLNet.Experiments.Comparisons;

/// <summary>
/// Keeps what the trainer reports. A resumed training reports the epochs and steps after its checkpoint again: the new figures take the
/// place of the old ones.
/// </summary>
/// <param name="record">The run's record.</param>
/// <param name="epochDone">Called when an epoch is recorded, before the trainer writes its checkpoint.</param>
internal sealed class Recorder(RunRecord record, Action epochDone) : ITrainingObserver
{
    private ImageClassificationMetrics? _last;

    public bool MeasuresLastWeights => true;

    public void OnImageSkipped(SkippedImage image) => record.SkippedImages++;

    public void OnStep(StepMetrics metrics)
    {
        var (index, losses) = ((int)metrics.Step.Index, record.StepLosses);
        record.StepsPerEpoch = metrics.Step.StepsPerEpoch;
        Truncate(losses, index);
        while (losses.Count < index)
        {
            losses.Add(null);
        }

        losses.Add(float.Parse(metrics.CrossEntropy.ToString("G4", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture));
    }

    public void OnLastWeights(ImageClassificationMetrics validation) => _last = validation;

    /// <summary>The validation is that of the averaged weights on the test set.</summary>
    public void OnEpoch(ImageClassificationMetrics training, ImageClassificationMetrics? validation)
    {
        Truncate(record.Epochs, training.Epoch);
        record.Epochs.Add(new EpochRecord
        {
            TrainLoss = training.CrossEntropy,
            TrainAccuracy = training.Accuracy,
            LastLoss = _last!.CrossEntropy,
            LastAccuracy = _last.Accuracy,
            AveragedLoss = validation!.CrossEntropy,
            AveragedAccuracy = validation.Accuracy,
            LearningRate = training.LearningRate,
            Seconds = Seconds(training),
        });
        epochDone();
    }

    // Resumed after its last step, an epoch has no speed; the one before it was about as long.
    private double Seconds(ImageClassificationMetrics train) =>
        train.ImagesPerSecond > 0 ? record.TrainImages / train.ImagesPerSecond : record.Epochs.LastOrDefault()?.Seconds ?? 0;

    private static void Truncate<T>(List<T> list, int count)
    {
        if (list.Count > count)
        {
            list.RemoveRange(count, list.Count - count);
        }
    }
}
