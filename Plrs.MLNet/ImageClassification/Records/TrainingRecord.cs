using Plrs.MLNet.ImageClassification;

namespace Plrs.MLNet.Records;

/// <summary>
/// How a model was trained: settings, data in numbers, metrics, versions and machine. A model has it from its training on, and its file,
/// where it is the entry <c>TrainingRecord.json</c>. It has no image, no path and no row of the data; it has the names of the classes.
/// </summary>
/// <remarks>
/// All but <see cref="StartedAt"/> and <see cref="Duration"/> is the same for runs with the same seed, data and settings on the same
/// machine. What there is very much of is cut: the last 2,000 epochs, and the first 1,000 classes and signals are kept. See
/// docs/training-record.md.
/// </remarks>
/// <example>
/// <code>
/// var record = TrainingRecord.Read("model.zip");
/// Console.WriteLine($"{record.Network}, {record.Schedule.Description}, {record.Epochs.Count} epochs");
/// File.WriteAllText("record.json", record.ToJson());
/// </code>
/// </example>
public sealed class TrainingRecord
{
    /// <summary>The version of the record's form; 1.</summary>
    public int Format { get; init; } = 1;

    /// <summary>The network with its arguments.</summary>
    public string Network { get; init; } = "";

    /// <summary>What training started from: the kind of weights, and a digest of them, or "random".</summary>
    public string StartFrom { get; init; } = "";

    /// <summary>The seed of the run.</summary>
    public int Seed { get; init; }

    /// <summary>The learning-rate schedule and its bounds.</summary>
    public ScheduleRecord Schedule { get; init; } = new();

    /// <summary>
    /// What was different before a checkpoint that the training went on from: one for each part that had another schedule, averaging or
    /// machine, or other versions, the first part first; 20 at most. Everything else of the record is the last part's, or all parts'.
    /// Checkpoints of version 1.0.0 say nothing of it.
    /// </summary>
    public IReadOnlyList<EarlierPart> EarlierParts { get; init; } = [];

    /// <summary>
    /// The trainer's options by name, in words: those that were left open as what they came to. Paths, callbacks and data are "given" or
    /// "none".
    /// </summary>
    public IReadOnlyDictionary<string, string> Options { get; init; } = new Dictionary<string, string>();

    /// <summary>The numbers of images.</summary>
    public ImagesRecord Images { get; init; } = new();

    /// <summary>The metrics of the epochs.</summary>
    public IReadOnlyList<EpochRecord> Epochs { get; init; } = [];

    /// <summary>Signs of instability that the training showed.</summary>
    public IReadOnlyList<SignalRecord> Signals { get; init; } = [];

    /// <summary>Why the training ended.</summary>
    public StopReason StopReason { get; init; }

    /// <summary>Why the training ended, in words, with the numbers.</summary>
    public string StopText { get; init; } = "";

    /// <summary>The versions of this library, ML.NET, TorchSharp, libtorch, SkiaSharp and .NET, by name.</summary>
    public IReadOnlyDictionary<string, string> Versions { get; init; } = new Dictionary<string, string>();

    /// <summary>The device, the number of libtorch's threads and the processor, by name.</summary>
    public IReadOnlyDictionary<string, string> Machine { get; init; } = new Dictionary<string, string>();

    /// <summary>When <c>Fit</c> started, in universal time.</summary>
    public DateTimeOffset StartedAt { get; init; }

    /// <summary>How long <c>Fit</c> took, loading of the images included; after a checkpoint, the last <c>Fit</c> alone.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>Reads the record of a model file, without the model.</summary>
    /// <param name="path">A file that ML.NET's <c>Model.Save</c> wrote; the model may stand anywhere in a chain of chains.</param>
    /// <returns>The record.</returns>
    /// <exception cref="FormatException">It is no zip, has no record, records of several models, or a damaged one.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static TrainingRecord Read(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        return RecordFile.Read(path);
    }

    /// <summary>
    /// The options that were given: those in <see cref="Options"/> that are not what the trainer takes if they are left open. One that was
    /// given its default is not told from one that was left open.
    /// </summary>
    /// <returns>The options by name, in words.</returns>
    public IReadOnlyDictionary<string, string> GivenOptions() => ImageClassification.GivenOptions.Of(this);

    /// <summary>The record as readable JSON, as it is in a model file.</summary>
    /// <returns>The JSON.</returns>
    public string ToJson() => RecordJson.Write(this);
}
