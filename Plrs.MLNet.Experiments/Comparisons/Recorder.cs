using System.Globalization;
using Plrs.MLNet.Images;
using Plrs.MLNet.Training;

namespace Plrs.MLNet.Experiments.Comparisons;

/// <summary>Keeps what the trainer reports. A resumed training reports the epochs and steps after its checkpoint again: the new figures take the place of the old ones.</summary>
/// <param name="record">The run's record.</param>
/// <param name="epochDone">Called when an epoch is recorded, before the trainer writes its checkpoint.</param>
internal sealed class Recorder(RunRecord record, Action epochDone)
{
    private ImageClassificationMetrics? _train;
    private ImageClassificationMetrics? _last;

    /// <summary>For the trainer's <c>StepCallback</c>.</summary>
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

    /// <summary>For the trainer's <c>LastWeightsMetricsCallback</c>.</summary>
    public void OnLastWeights(ImageClassificationMetrics metrics) => _last = metrics;

    /// <summary>For the trainer's <c>MetricsCallback</c>: the training set's figures, then the test set's with the averaged weights.</summary>
    public void OnMetrics(ImageClassificationMetrics metrics)
    {
        if (metrics.DatasetUsed == ImageClassificationDataset.Train)
        {
            _train = metrics;
            return;
        }

        Truncate(record.Epochs, metrics.Epoch);
        record.Epochs.Add(new EpochRecord
        {
            TrainLoss = _train!.CrossEntropy,
            TrainAccuracy = _train.Accuracy,
            LastLoss = _last!.CrossEntropy,
            LastAccuracy = _last.Accuracy,
            AveragedLoss = metrics.CrossEntropy,
            AveragedAccuracy = metrics.Accuracy,
            LearningRate = metrics.LearningRate,
            Seconds = Seconds(_train),
        });
        epochDone();
    }

    // Resumed after its last step, an epoch has no speed; the one before it was about as long.
    private double Seconds(ImageClassificationMetrics train) => train.ImagesPerSecond > 0 ? record.TrainImages / train.ImagesPerSecond : record.Epochs.LastOrDefault()?.Seconds ?? 0;

    private static void Truncate<T>(List<T> list, int count)
    {
        if (list.Count > count)
        {
            list.RemoveRange(count, list.Count - count);
        }
    }
}
