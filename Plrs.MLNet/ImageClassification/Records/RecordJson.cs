using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Plrs.MLNet.ImageClassification.Records;

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

        // It stands in no web page, and β is readable as it is.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string Write(TrainingRecord record) => JsonSerializer.Serialize(record, Options);

    /// <exception cref="FormatException">It is no record, a damaged one, or one of a later form.</exception>
    public static TrainingRecord Read(ReadOnlySpan<byte> json)
    {
        try
        {
            var record = JsonSerializer.Deserialize<TrainingRecord>(json, Options);
            return record switch
            {
                null or { Network: null } or { StartFrom: null } or { Schedule: null } or { Options: null } or { Images.Classes: null } or { Epochs: null } or { Signals: null }
                    or { Versions: null } or { Machine: null } or { EndedBecause: null } => throw new FormatException("The training record is damaged: a part of it is missing."),
                { Format: not Format } => throw new FormatException($"The training record has the form {record.Format}; this version of Plrs.MLNet reads {Format}."),
                _ => record,
            };
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or ArgumentException or InvalidOperationException)
        {
            throw new FormatException($"The training record is damaged: {e.Message}", e);
        }
    }
}
