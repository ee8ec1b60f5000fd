namespace Plrs.MLNet.Common;

/// <summary>A file that exists whole or not at all: it is written beside its place, flushed to the disk, and renamed.</summary>
internal static class WholeFile
{
    /// <summary>What the name of a file that is being written ends with, after its later name.</summary>
    public const string TemporaryEnding = ".tmp";

    private const int BufferBytes = 1 << 16;

    /// <summary>Writes a file; one that has the name already is replaced.</summary>
    /// <param name="path">The file.</param>
    /// <param name="write">Writes its content; it may read back what it wrote.</param>
    /// <exception cref="IOException">It cannot be written. What was at its place is untouched.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public static void Write(string path, Action<FileStream> write)
    {
        var temporary = path + TemporaryEnding;
        try
        {
            using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.ReadWrite, FileShare.None, BufferBytes))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            DeleteUnlessInUse(temporary);
            throw;
        }
    }

    /// <summary>Deletes what an interrupted run left behind; a file that another run is writing stays.</summary>
    public static void DeleteUnlessInUse(string path)
    {
        try
        {
            new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose).Dispose();
        }
        catch (Exception e) when (FileFailure.Is(e))
        {
            // It is in use, or gone, or the folder is: there is nothing to do about it here.
        }
    }
}
