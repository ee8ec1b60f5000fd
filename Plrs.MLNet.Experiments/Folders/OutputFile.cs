using Plrs.MLNet.Common;
using Plrs.MLNet.Experiments.Reports;

namespace Plrs.MLNet.Experiments.Folders;

/// <summary>A file that is written after long work: whether it can be is found out before.</summary>
internal static class OutputFile
{
    /// <summary>
    /// Makes the file's folder, and tries to write. A file that is there already is not replaced, unless that is asked for, and stays as it
    /// is for now.
    /// </summary>
    /// <param name="option">The option that names the file.</param>
    /// <param name="path">The file.</param>
    /// <param name="replaces">Whether a file that is there may be replaced, as <c>--force</c> says.</param>
    /// <exception cref="FolderException">Nothing may or can be written there.</exception>
    public static void Check(string option, string path, bool replaces)
    {
        if (string.IsNullOrWhiteSpace(path))
        {
            throw new FolderException($"{option} is empty; it must be the path of a file.");
        }

        if (Directory.Exists(path) || Path.EndsInDirectorySeparator(path))
        {
            throw new FolderException($"{option} is '{path}', which is a folder; it must be the path of a file.");
        }

        if (!replaces && HasContent(path))
        {
            throw new FolderException($"{option} is '{path}', which is there already, and is not replaced without --force.");
        }

        try
        {
            TryToWrite(Path.GetFullPath(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new FolderException($"{option} is '{path}', where no file can be written: {ToldErrors.Words(e)}");
        }
    }

    /// <summary>Whether there is a file to lose. An empty one, a pipe and a device have nothing in them.</summary>
    public static bool HasContent(string path) => File.Exists(path) && new FileInfo(path).Length > 0;

    private static void TryToWrite(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        WholeFile.Probe(path);
    }
}
