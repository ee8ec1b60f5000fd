namespace Plrs.MLNet.Training;

/// <summary>Keeps the figures of the epochs, those before a checkpoint included: the last ones, where there are very many.</summary>
internal sealed class HistoryObserver : TrainingObserver
{
    /// <summary>The most epochs that are kept.</summary>
    public const int MostEpochs = 2000;

    private readonly Queue<(ImageClassificationMetrics Train, ImageClassificationMetrics? Validation)> _epochs = [];

    public override string StateName => "Epochs";

    /// <summary>The figures of the training and of the validation, by epoch.</summary>
    public IReadOnlyCollection<(ImageClassificationMetrics Train, ImageClassificationMetrics? Validation)> Epochs => _epochs;

    /// <summary>Why the training ended; <see langword="null"/> before.</summary>
    public StopCause? Cause { get; private set; }

    /// <summary>The number of steps in an epoch; 0 before the end.</summary>
    public int StepsPerEpoch { get; private set; }

    public override void WriteState(BinaryWriter writer)
    {
        writer.Write(_epochs.Count);
        foreach (var (train, validation) in _epochs)
        {
            Write(writer, train);
            writer.Write(validation is not null);
            if (validation is not null)
            {
                Write(writer, validation);
            }
        }
    }

    public override void ReadState(BinaryReader reader)
    {
        _epochs.Clear();
        for (var count = reader.ReadInt32(); count > 0; count--)
        {
            var train = Read(reader, ImageClassificationDataset.Train);
            _epochs.Enqueue((train, reader.ReadBoolean() ? Read(reader, ImageClassificationDataset.Validation) : null));
        }
    }

    public override void OnEpochDone(EpochDone done)
    {
        _epochs.Enqueue((done.Train, done.Validation));
        if (_epochs.Count > MostEpochs)
        {
            _epochs.Dequeue();
        }
    }

    public override void OnCompleted(SessionCompleted completed)
    {
        Cause = completed.Cause;
        StepsPerEpoch = completed.Session.State.StepsPerEpoch;
    }

    // Speeds are left out: what is written of a run is the same when the run is.
    private static void Write(BinaryWriter writer, ImageClassificationMetrics metrics)
    {
        writer.Write(metrics.Epoch);
        writer.Write(metrics.BatchProcessedCount);
        writer.Write(metrics.Accuracy);
        writer.Write(metrics.CrossEntropy);
        writer.Write(metrics.LearningRate);
        writer.Write(metrics.MeanGradientNorm ?? double.NaN);
        writer.Write(metrics.LargestGradientNorm ?? double.NaN);
        writer.Write(metrics.Smoothness ?? double.NaN);
    }

    private static ImageClassificationMetrics Read(BinaryReader reader, ImageClassificationDataset dataset) => new()
    {
        DatasetUsed = dataset,
        Epoch = reader.ReadInt32(),
        BatchProcessedCount = reader.ReadInt32(),
        Accuracy = reader.ReadSingle(),
        CrossEntropy = reader.ReadSingle(),
        LearningRate = reader.ReadDouble(),
        ImagesPerSecond = 0,
        MeanGradientNorm = Known(reader.ReadDouble()),
        LargestGradientNorm = Known(reader.ReadDouble()),
        Smoothness = Known(reader.ReadDouble()),
    };

    private static double? Known(double value) => double.IsNaN(value) ? null : value;
}
