using System.Text.Json;
using System.Text.Json.Serialization;

namespace Plrs.MLNet.ImageClassification;

/// <summary>
/// A reason by its name. One that a later version adds is read as <see cref="StopReason.Completed"/>; the text beside it says more.
/// </summary>
internal sealed class StopReasonJson : JsonConverter<StopReason>
{
    public override StopReason Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && Enum.TryParse<StopReason>(reader.GetString(), out var reason) && Enum.IsDefined(reason)
            ? reason
            : StopReason.Completed;

    public override void Write(Utf8JsonWriter writer, StopReason value, JsonSerializerOptions options) =>
        writer.WriteStringValue($"{value}");
}
