using System.Globalization;

namespace Plrs.MLNet.Experiments.Folders;

/// <summary>
/// What the reading of folders leaves out, for the user to be told of: files by number and ending, and classes without images.
/// </summary>
internal sealed class PassedOver
{
    private const int LongestEnding = 12;

    private readonly SortedDictionary<string, int> _counts = new(StringComparer.Ordinal);
    private readonly List<string> _emptyClasses = [];

    /// <summary>How many there are of each kind: <c>.tif</c>, or <c>hidden .jpg</c>.</summary>
    public IReadOnlyDictionary<string, int> Counts => _counts;

    /// <summary>The names of the folders of classes that hold no images.</summary>
    public IReadOnlyList<string> EmptyClasses => _emptyClasses;

    /// <summary>The counts in words: <c>12 × .tif, 1 × link to a folder</c>; empty where there are none.</summary>
    public string Words =>
        string.Join(", ", _counts.Select(kind => string.Create(CultureInfo.InvariantCulture, $"{kind.Value} × {kind.Key}")));

    public void Add(string file) => Count(Ending(file));

    /// <summary>A hidden file that would be an image; others, such as <c>.DS_Store</c>, tell nothing.</summary>
    public void AddHidden(FileSystemInfo entry)
    {
        if (entry is FileInfo && ImageFiles.IsImage(entry.Name))
        {
            Count($"hidden {Ending(entry.Name)}");
        }
    }

    public void AddLink() => Count("link to a folder");

    /// <summary>A file beside the folders of classes.</summary>
    public void AddBeside(string file) => Count($"{Ending(file)} outside the folders of classes");

    public void AddEmptyClass(string name)
    {
        if (!_emptyClasses.Contains(name))
        {
            _emptyClasses.Add(name);
        }
    }

    private static string Ending(string file) => Path.GetExtension(file).ToLowerInvariant() switch
    {
        "" => "file without an ending",
        { Length: > LongestEnding } => "file with another ending",
        var ending => ending,
    };

    private void Count(string kind) => _counts[kind] = _counts.GetValueOrDefault(kind) + 1;
}
