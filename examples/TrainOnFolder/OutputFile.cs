namespace TrainOnFolder;

/// <summary>A file that is written after long work: whether it can be is found out before.</summary>
internal static class OutputFile
{
    /// <summary>Makes the file's folder, and tries to write. A file that is there already stays as it is.</summary>
    /// <param name="option">The option that names the file.</param>
    /// <param name="path">The file.</param>
    /// <exception cref="FolderException">Nothing can be written there.</exception>
    public static void Check(string option, string path)
    {
        if (string.IsNullOrWhiteSpace(path))
        {
            throw new FolderException($"{option} is empty; it must be the path of a file.");
        }

        if (Directory.Exists(path) || Path.EndsInDirectorySeparator(path))
        {
            throw new FolderException($"{option} is '{path}', which is a folder; it must be the path of a file.");
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

    private static void TryToWrite(string path)
    {
        if (File.Exists(path))
        {
            new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete).Dispose();
            return;
        }

        var folder = Path.GetDirectoryName(path)!;
        Directory.CreateDirectory(folder);
        new FileStream(Path.Combine(folder, Path.GetRandomFileName()), FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose).Dispose();
    }
}
