using Microsoft.Build.Framework;

namespace Plrs.MLNet.Build;

/// <summary>
/// Refuses sources with lines that are longer than .editorconfig says: editors draw a rule there, and no analyzer of .NET's looks at it.
/// </summary>
public sealed class CheckLineLength : Microsoft.Build.Utilities.Task
{
    private const int MostReported = 20;

    /// <summary>The sources.</summary>
    [Required]
    public ITaskItem[] Sources { get; set; } = [];

    /// <summary>The most characters of a line.</summary>
    public int Maximum { get; set; } = 140;

    /// <inheritdoc/>
    public override bool Execute()
    {
        var reported = 0;
        foreach (var path in Sources.Select(source => source.GetMetadata("FullPath")))
        {
            foreach (var (number, line) in File.ReadLines(path).Index().Where(line => line.Item.Length > Maximum))
            {
                if (reported++ < MostReported)
                {
                    Log.LogError(
                        null, "PLRS010", null, path, number + 1, Maximum + 1, 0, 0,
                        $"The line has {line.Length} characters; {Maximum} are allowed.");
                }
            }
        }

        return !Log.HasLoggedErrors;
    }
}
