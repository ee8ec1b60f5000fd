using System.Diagnostics;

namespace Plrs.MLNet.ImageClassification;

/// <summary>Adds up the figures of an epoch's batches.</summary>
internal struct EpochFigures()
{
    private readonly long _start = Stopwatch.GetTimestamp();
    private double _loss;
    private long _correct;

    public int Batches { get; private set; }

    public long Images { get; private set; }

    public readonly double Accuracy => (double)_correct / Images;

    public readonly double CrossEntropy => _loss / Images;

    public readonly double ImagesPerSecond => Images / Stopwatch.GetElapsedTime(_start).TotalSeconds;

    public void Add(int images, float meanLoss, long correct)
    {
        Batches++;
        Images += images;
        _loss += (double)meanLoss * images;
        _correct += correct;
    }

    public readonly ImageClassificationMetrics ToMetrics(ImageClassificationDataset dataset, int epoch, double learningRate) => new()
    {
        DatasetUsed = dataset,
        Epoch = epoch,
        BatchProcessedCount = Batches,
        Accuracy = (float)Accuracy,
        CrossEntropy = (float)CrossEntropy,
        LearningRate = learningRate,
        ImagesPerSecond = ImagesPerSecond,
    };
}
