namespace Plrs.MLNet.Build;

/// <summary>Writes build outputs so that an unchanged one keeps its time, and no other file ever changes with it.</summary>
public static class FileUpdate
{
    /// <summary>
    /// Puts <paramref name="content"/> at <paramref name="path"/> unless it is there already; folders are made when missing.
    /// </summary>
    /// <remarks>
    /// A new file takes the place of the old one, which is never written to: the old one may be a hard link to a file
    /// in an output folder or in the package cache, or be mapped into a running program.
    /// </remarks>
    /// <param name="path">The file to write.</param>
    /// <param name="content">The bytes it is to hold.</param>
    /// <returns>Whether the file was written.</returns>
    public static bool WriteIfChanged(string path, ReadOnlySpan<byte> content)
    {
        if (File.Exists(path) && content.SequenceEqual(File.ReadAllBytes(path)))
        {
            return false;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var temporary = $"{path}.{Environment.ProcessId}.tmp";
        File.WriteAllBytes(temporary, content);
        File.Move(temporary, path, overwrite: true);
        return true;
    }
}
