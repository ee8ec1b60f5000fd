namespace Plrs.MLNet.Common;

/// <summary>Texts of the system as sentences, for others to follow: some of them end without a full stop.</summary>
internal static class Sentence
{
    public static string Of(string text) => text.TrimEnd() switch
    {
        "" => "",
        [.., '.' or '!' or '?'] whole => whole,
        var open => $"{open}.",
    };
}
