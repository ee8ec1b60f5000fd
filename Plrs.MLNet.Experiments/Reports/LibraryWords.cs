using System.Text.RegularExpressions;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using Spectre.Console;

namespace Plrs.MLNet.Experiments.Reports;

/// <summary>
/// What the library says, in the words of a command line: it names the options of a program, of which a tool has others or none.
/// </summary>
internal static partial class LibraryWords
{
    // The longer ones first. What stands in quotes or in a path is a name of the user's.
    private static readonly (Regex Words, string Told)[] Tool =
    [
        (HighestRate(), "; the range test of a tool goes no higher, so give the bounds yourself"),
        (OrHighestRate(), "."),
        (LowestRate(), ": give the bounds yourself"),
        (MoreSteps(), "."),
        (FromScratch(), "with --fine-tuning scratch"),
        (FileOfWeights(), ""),
        (Cache(), "Make room there."),
        (ImageSize(), "--image-size"),
        (BatchSize(), "--batch-size"),
        (Epoch(), "--epochs"),
        (Arch(), "--arch"),
    ];

    /// <summary>A message of the library for the user of a tool.</summary>
    public static string Of(string message) => Tool.Aggregate(message, (text, entry) => entry.Words.Replace(text, entry.Told));

    /// <summary>Shows the warnings of a context's log, each once. Skipped images are told of one by one, elsewhere.</summary>
    public static MLContext Tell(MLContext mlContext) =>
        Tell(mlContext, warning => AnsiConsole.MarkupLineInterpolated($"[yellow]{warning}[/]"));

    /// <summary>Tells of the warnings of a context's log.</summary>
    public static MLContext Tell(MLContext mlContext, Action<string> tell)
    {
        var told = new HashSet<string>();
        mlContext.Log += (_, entry) =>
        {
            if (entry.Kind == ChannelMessageKind.Warning && !SkippedImages().IsMatch(entry.RawMessage))
            {
                lock (told)
                {
                    if (told.Add(entry.RawMessage))
                    {
                        tell(Of(entry.RawMessage));
                    }
                }
            }
        };
        return mlContext;
    }

    [GeneratedRegex(@": set HighestLearningRate higher")]
    private static partial Regex HighestRate();

    [GeneratedRegex(@", or set HighestLearningRate higher\.")]
    private static partial Regex OrHighestRate();

    [GeneratedRegex(@": set LowestLearningRate lower, or take more Steps")]
    private static partial Regex LowestRate();

    [GeneratedRegex(@", or more Steps with a higher Smoothing\.")]
    private static partial Regex MoreSteps();

    [GeneratedRegex(@"with StartFrom set to PretrainedWeights\.None")]
    private static partial Regex FromScratch();

    [GeneratedRegex(@" give a file with weights,")]
    private static partial Regex FileOfWeights();

    [GeneratedRegex(@"Set WorkspacePath to a folder with room for it, raise Images\.CacheBudget, or set Images\.CacheMode to Memory\.")]
    private static partial Regex Cache();

    [GeneratedRegex(@"(?<![/\\'])\bImages\.Size\b(?![/\\'])")]
    private static partial Regex ImageSize();

    [GeneratedRegex(@"(?<![/\\'])\bBatchSize\b(?![/\\'])")]
    private static partial Regex BatchSize();

    [GeneratedRegex(@"\bEpoch\b(?= (is|to)\b)")]
    private static partial Regex Epoch();

    [GeneratedRegex(@"(?<![/\\'])\bArch\b(?![/\\'])")]
    private static partial Regex Arch();

    [GeneratedRegex(@"^(Skipped \d+ of \d+ images|Row \d+ has no scores)")]
    private static partial Regex SkippedImages();
}
