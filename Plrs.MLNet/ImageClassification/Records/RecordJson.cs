using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Plrs.MLNet.Records;

namespace Plrs.MLNet.ImageClassification;

/// <summary>A training record as JSON that people read.</summary>
internal static class RecordJson
{
    private const int Format = 1;

    private static readonly JsonSerializerOptions Options = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new StopReasonJson() },

        // A trimmed program has no reflection unless asked for. Generated code would lose the defaults of properties that are missing.
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),

        // It stands in no web page, and β is readable as it is.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string Write(TrainingRecord record) => JsonSerializer.Serialize(record, Options);

    public static string Write(IReadOnlyList<EarlierPart> parts) => JsonSerializer.Serialize(parts, Options);

    /// <exception cref="FormatException">They are no parts.</exception>
    public static IReadOnlyList<EarlierPart> ReadParts(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<IReadOnlyList<EarlierPart>>(json, Options) is { } parts && AreWhole(parts)
                ? parts
                : throw Incomplete();
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or ArgumentException or InvalidOperationException)
        {
            throw new FormatException($"the record of its run is damaged: {e.Message}", e);
        }
    }

    /// <exception cref="FormatException">It is no record, a damaged one, or one of a later form.</exception>
    public static TrainingRecord Read(ReadOnlySpan<byte> json)
    {
        try
        {
            var record = JsonSerializer.Deserialize<TrainingRecord>(json, Options);
            return record switch
            {
                null => throw Incomplete(),
                _ when !IsWhole(record) => throw Incomplete(),
                { Format: not Format } => throw new FormatException(
                    $"The training record has the form {record.Format}; this version of Plrs.MLNet reads {Format}."),
                _ => record,
            };
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or ArgumentException or InvalidOperationException)
        {
            throw new FormatException($"The training record is damaged: {e.Message}", e);
        }
    }

    // What a file says to be null, although it cannot be.
    private static bool IsWhole(TrainingRecord record) =>
        record is
    {
        Network: not null,
        StartFrom: not null,
        Schedule.LearningRates: not null,
        Options: not null,
        Images.Classes: not null,
        Epochs: not null,
        Signals: not null,
    }
            and { Versions: not null, Machine: not null, StopText: not null, EarlierParts: not null }
        && AreWhole(record.EarlierParts)
        && !record.Images.Classes.Contains(null!) && !record.Epochs.Contains(null!) && !record.Signals.Contains(null!);

    private static bool AreWhole(IEnumerable<EarlierPart?> parts) => parts.All(part =>
        part is { Schedule: not null, WeightAveraging: not null, Versions: not null, Machine: not null });

    private static FormatException Incomplete() => new("The training record is damaged: a part of it is missing.");
}
