using System.Diagnostics;

namespace Plrs.MLNet.Training;

/// <summary>Adds up the figures of an epoch's batches.</summary>
internal sealed class EpochFigures
{
    private readonly Stopwatch _clock = new();
    private long _imagesBefore;
    private double _loss;
    private long _correct;
    private int _norms;
    private double _gradientNorms;
    private float _largestGradientNorm;
    private readonly List<float> _smoothness = [];

    public int Batches { get; private set; }

    public long Images { get; private set; }

    public double Accuracy => (double)_correct / Images;

    public double CrossEntropy => _loss / Images;

    /// <summary>The speed while the clock ran: what was before an interruption does not count. 0 where nothing came after it.</summary>
    public double ImagesPerSecond => Images == _imagesBefore ? 0 : (Images - _imagesBefore) / _clock.Elapsed.TotalSeconds;

    public void StartClock() => _clock.Start();

    public void StopClock() => _clock.Stop();

    public void Add(int images, float meanLoss, long correct)
    {
        Batches++;
        Images += images;
        _loss += (double)meanLoss * images;
        _correct += correct;
    }

    public void Add(ReadOnlySpan<BatchFigures> batches)
    {
        foreach (var batch in batches)
        {
            Add(batch);
        }
    }

    public void Add(in BatchFigures batch)
    {
        Add(batch.Images, batch.Loss, batch.Correct);
        if (!float.IsNaN(batch.GradientNorm))
        {
            _norms++;
            _gradientNorms += batch.GradientNorm;
            _largestGradientNorm = MathF.Max(_largestGradientNorm, batch.GradientNorm);
        }

        if (!float.IsNaN(batch.Smoothness))
        {
            _smoothness.Add(batch.Smoothness);
        }
    }

    /// <summary>Writes the sums.</summary>
    public void Write(BinaryWriter writer)
    {
        writer.Write(Batches);
        writer.Write(Images);
        writer.Write(_loss);
        writer.Write(_correct);
        writer.Write(_norms);
        writer.Write(_gradientNorms);
        writer.Write(_largestGradientNorm);
        writer.Write(_smoothness.Count);
        _smoothness.ForEach(writer.Write);
    }

    /// <summary>Goes on from sums that were written.</summary>
    public static EpochFigures Read(BinaryReader reader)
    {
        var figures = new EpochFigures
        {
            Batches = reader.ReadInt32(),
            Images = reader.ReadInt64(),
            _loss = reader.ReadDouble(),
            _correct = reader.ReadInt64(),
            _norms = reader.ReadInt32(),
            _gradientNorms = reader.ReadDouble(),
            _largestGradientNorm = reader.ReadSingle(),
        };
        for (var count = reader.ReadInt32(); count > 0; count--)
        {
            figures._smoothness.Add(reader.ReadSingle());
        }

        figures._imagesBefore = figures.Images;
        return figures;
    }

    public ImageClassificationMetrics ToMetrics(ImageClassificationDataset dataset, int epoch, double learningRate) => new()
    {
        DatasetUsed = dataset,
        Epoch = epoch,
        BatchProcessedCount = Batches,
        Accuracy = (float)Accuracy,
        CrossEntropy = (float)CrossEntropy,
        LearningRate = learningRate,
        ImagesPerSecond = ImagesPerSecond,
        MeanGradientNorm = _norms == 0 ? null : _gradientNorms / _norms,
        LargestGradientNorm = _norms == 0 ? null : _largestGradientNorm,
        Smoothness = Median(_smoothness),
    };

    // The lower one: a value that was measured.
    private static double? Median(List<float> values) => values.Count == 0 ? null : values.Order().ElementAt((values.Count - 1) / 2);
}
