using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace Plrs.MLNet.Experiments.Reports;

/// <summary>Errors of the library and of the system that are for the user to mend, in words; any other is a fault of the program.</summary>
internal static partial class ToldErrors
{
    /// <summary>What to tell of an error; <see langword="null"/> for a fault of the program.</summary>
    public static string? Words(Exception exception) => OfLibrary(exception) is { } words ? LibraryWords.Of(words) : null;

    private static string? OfLibrary(Exception exception) => exception switch
    {
        // Which parameter of the library it was tells a user nothing.
        ArgumentException => Parameter().Replace(exception.Message, ""),

        // libtorch adds where in its own code it was.
        ExternalException => exception.Message.Split('\n')[0].TrimEnd(),
        InvalidOperationException or FormatException or IOException or UnauthorizedAccessException or NotSupportedException =>
            exception.Message,
        _ => null,
    };

    [GeneratedRegex(@" \(Parameter '[^']*'\)")]
    private static partial Regex Parameter();
}
