using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Plrs.MLNet.Networks;
using Plrs.MLNet.Schedules;
using Plrs.MLNet.Torch;
using Plrs.MLNet.Training;
using static TorchSharp.torch;
using Options = Plrs.MLNet.ImageClassification.TorchImageClassificationTrainer.Options;

namespace Plrs.MLNet.Checkpoints;

/// <summary>
/// What tells one run from another, as names and values. A checkpoint is of this run when all settings are equal. The
/// machine's properties may differ, but then the results are no longer equal to the last bit.
/// </summary>
internal sealed class RunFingerprint
{
    /// <summary>The options that change nothing in the weights, or that the other settings stand for. An option is compared unless it is named here.</summary>
    private static readonly string[] NotCompared =
    [
        nameof(Options.ScoreColumnName), nameof(Options.PredictedLabelColumnName), nameof(Options.Epoch), nameof(Options.Device),
        nameof(Options.LearningRate), nameof(Options.Schedule), nameof(Options.ValidationSet), nameof(Options.ValidationSetFraction),
        nameof(Options.TestOnTrainSet), nameof(Options.MetricsCallback), nameof(Options.StepCallback), nameof(Options.SkippedImageCallback),
        nameof(Options.WorkspacePath), nameof(Options.CheckpointEveryEpochs), nameof(Options.CheckpointInterval), nameof(Options.CheckpointsKept),
        nameof(Options.ResumeFrom), nameof(Options.StopToken), nameof(Options.TimeBudget),
        nameof(Options.CacheMode), nameof(Options.CacheBudget), nameof(Options.MaximumImagePixels),
    ];

    private static readonly JsonSerializerOptions Json = new() { Converters = { new JsonStringEnumConverter() } };

    private readonly SortedDictionary<string, string> _settings;
    private readonly SortedDictionary<string, string> _machine;

    private RunFingerprint(SortedDictionary<string, string> settings, SortedDictionary<string, string> machine)
    {
        _settings = settings;
        _machine = machine;
        Id = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', settings))).AsSpan(0, 4));
    }

    /// <summary>A short name of the run, for files.</summary>
    public string Id { get; }

    public static RunFingerprint Of(Options options, int classCount, ILearningRateSchedule schedule, int seed, TrainingData data)
    {
        var settings = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["Classes"] = Describe(classCount),
            ["Schedule"] = Describe(schedule.ToString()),
            ["Seed"] = Describe(seed),
            ["Training images"] = DataDigest.Of(data.TrainSet, data.TrainImages),
            ["Validation images"] = DataDigest.Of(data.ValidationSet, data.ValidationImages),
            ["Normalization"] = Describe((float[])[.. data.Normalization.Mean, .. data.Normalization.StandardDeviation]),
        };
        foreach (var property in typeof(Options).GetProperties().Where(property => !NotCompared.Contains(property.Name)))
        {
            settings[property.Name] = Describe(property.GetValue(options));
        }

        var machine = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["Device"] = options.Device.Resolve().type.ToString(),
            ["Threads"] = Describe(get_num_threads()),
            ["libtorch"] = __version__,
            ["Processor"] = RuntimeInformation.ProcessArchitecture.ToString(),
        };
        return new RunFingerprint(settings, machine);
    }

    public static RunFingerprint Read(BinaryReader reader) => new(ReadValues(reader), ReadValues(reader));

    public void Write(BinaryWriter writer)
    {
        WriteValues(writer, _settings);
        WriteValues(writer, _machine);
    }

    /// <summary>The settings that another run, the earlier one, had different, in words.</summary>
    public IEnumerable<string> SettingsChangedSince(RunFingerprint earlier) => Differences(earlier._settings, _settings);

    /// <summary>The properties of the machine that were different for another run, the earlier one, in words.</summary>
    public IEnumerable<string> MachineChangedSince(RunFingerprint earlier) => Differences(earlier._machine, _machine);

    private static IEnumerable<string> Differences(SortedDictionary<string, string> earlier, SortedDictionary<string, string> now) =>
        from name in earlier.Keys.Union(now.Keys)
        let was = earlier.GetValueOrDefault(name, "not known")
        let value = now.GetValueOrDefault(name, "not known")
        where was != value
        select $"{name} was {was}, is {value}";

    private static string Describe(object? value) => value switch
    {
        null => "none",
        string text => text,
        NetworkDefinition network => network.ToString(),
        bool or IFormattable => Convert.ToString(value, CultureInfo.InvariantCulture)!,
        Array => JsonSerializer.Serialize(value, value.GetType(), Json),
        _ => $"{value.GetType().Name} {JsonSerializer.Serialize(value, value.GetType(), Json)}",
    };

    private static void WriteValues(BinaryWriter writer, SortedDictionary<string, string> values)
    {
        writer.Write(values.Count);
        foreach (var (name, value) in values)
        {
            writer.Write(name);
            writer.Write(value);
        }
    }

    private static SortedDictionary<string, string> ReadValues(BinaryReader reader)
    {
        var values = new SortedDictionary<string, string>(StringComparer.Ordinal);
        for (var count = reader.ReadInt32(); count > 0; count--)
        {
            values[reader.ReadString()] = reader.ReadString();
        }

        return values;
    }
}
