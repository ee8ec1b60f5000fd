using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace PlrsTool;

/// <summary>How a command ended.</summary>
/// <param name="Value">The result, which <c>--json</c> writes.</param>
/// <param name="ExitCode">0, 1 for bad input, 130 where it was cancelled.</param>
/// <param name="Next">What to do next, for people; <see langword="null"/> for nothing.</param>
internal sealed record Answer(object Value, int ExitCode = Answer.Done, string? Next = null)
{
    public const int Done = 0;
    public const int BadInput = 1;
    public const int Cancelled = 130;

    private static readonly JsonSerializerOptions Options = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter() },
    };

    public string ToJson() => JsonSerializer.Serialize(Value, Value.GetType(), Options);
}
