using System.Runtime.Versioning;

namespace Plrs.MLNet.Common;

/// <summary>A file that exists whole or not at all: it is written beside its place, flushed to the disk, and renamed.</summary>
/// <remarks>
/// A link is written through, and a file that is replaced hands on its mode. What nothing can replace gets all bytes when there are all: a
/// pipe, a device, a file that is mounted by itself, a file in a folder that takes no other.
/// </remarks>
internal static class WholeFile
{
    /// <summary>What the name of a file that is being written ends with, after its later name and what tells writers apart.</summary>
    public const string TemporaryEnding = ".tmp";

    private const int BufferBytes = 1 << 16;

    // File systems allow 255 bytes for a name.
    private const int NameLength = 48;

    /// <summary>Writes a file; one that has the name already is replaced.</summary>
    /// <param name="path">The file.</param>
    /// <param name="write">Writes its content; it may read back what it wrote.</param>
    /// <exception cref="IOException">
    /// It cannot be written. What was at its place is untouched, or the message names the file that has all of the content.
    /// </exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public static void Write(string path, Action<FileStream> write)
    {
        var place = BehindLinks(Path.GetFullPath(path));
        using var there = OpenForWriting(place);
        if (there is not null && !CanBeReplaced(there, place))
        {
            CopyWhole(there, write);
            return;
        }

        there?.Dispose();
        Replace(place, there is not null, write);
        FolderFlush.ToDisk(Path.GetDirectoryName(place)!);
    }

    /// <summary>Finds out whether a file can be written, and leaves what is there as it is.</summary>
    /// <inheritdoc cref="Write" path="/exception"/>
    public static void Probe(string path)
    {
        var place = BehindLinks(Path.GetFullPath(path));
        using var there = OpenForWriting(place);
        if (there is null)
        {
            Create(TemporaryBeside(place), FileShare.None, FileOptions.DeleteOnClose).Dispose();
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

    private static void Replace(string place, bool isThere, Action<FileStream> write)
    {
        var temporary = TemporaryBeside(place);
        FileStream stream;
        try
        {
            // It may be renamed while it is open, so that it is in use until it has its name.
            stream = Create(temporary, FileShare.Delete, FileOptions.None);
        }
        catch (Exception e) when (isThere && FileFailure.Is(e))
        {
            using var there = Open(place);
            CopyWhole(there, write);
            return;
        }

        using (stream)
        {
            try
            {
                if (!OperatingSystem.IsWindows())
                {
                    KeepMode(stream, place);
                }

                write(stream);
                stream.Flush(flushToDisk: true);
            }
            catch
            {
                stream.Dispose();
                DeleteUnlessInUse(temporary);
                throw;
            }

            Rename(stream, place);
        }
    }

    private static void Rename(FileStream whole, string place)
    {
        try
        {
            File.Move(whole.Name, place, overwrite: true);
        }
        catch (Exception e) when (FileFailure.Is(e))
        {
            try
            {
                using var there = Open(place);
                Copy(whole, there);
            }
            catch (Exception second) when (FileFailure.Is(second))
            {
                throw new IOException($"{Sentence.Of(e.Message)} All of its content is in '{whole.Name}'.", e);
            }

            whole.Dispose();
            DeleteUnlessInUse(whole.Name);
        }
    }

    private static void CopyWhole(FileStream to, Action<FileStream> write)
    {
        var temporary = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        using var stream = Create(temporary, FileShare.None, FileOptions.DeleteOnClose);
        write(stream);
        Copy(stream, to);
    }

    private static void Copy(FileStream from, FileStream to)
    {
        if (to.CanSeek && !IsDevice(to.Name))
        {
            to.SetLength(0);
        }

        from.Position = 0;
        from.CopyTo(to);
        to.Flush(flushToDisk: to.CanSeek);
    }

    private static FileStream Create(string path, FileShare share, FileOptions options) =>
        new(path, FileMode.CreateNew, FileAccess.ReadWrite, share, BufferBytes, options);

    // The name is another one for each writer, so that none renames what another has begun.
    private static string TemporaryBeside(string place)
    {
        var name = Path.GetFileName(place);
        return Path.Combine(
            Path.GetDirectoryName(place)!,
            $"{name[..Math.Min(name.Length, NameLength)]}.{Path.GetRandomFileName()[..8]}{TemporaryEnding}");
    }

    private static string BehindLinks(string path) => IsDevice(path) || new FileInfo(path).LinkTarget is null
        ? path
        : File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;

    /// <summary>What is there already, which must allow to be written; <see langword="null"/> where nothing is.</summary>
    private static FileStream? OpenForWriting(string place)
    {
        try
        {
            return Open(place);
        }
        catch (Exception e) when (e is FileNotFoundException)
        {
            return null;
        }
    }

    private static FileStream Open(string place) =>
        new(place, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1);

    private static bool CanBeReplaced(FileStream there, string place) => there.CanSeek && !IsDevice(place);

    private static bool IsDevice(string path) => !OperatingSystem.IsWindows()
        && (IsBelow("/dev/", path) || IsBelow("/proc/", path)) && !IsBelow("/dev/shm/", path);

    private static bool IsBelow(string folder, string path) => path.StartsWith(folder, StringComparison.Ordinal);

    [UnsupportedOSPlatform("windows")]
    private static void KeepMode(FileStream stream, string place)
    {
        if (File.Exists(place) && File.GetUnixFileMode(place) is var mode && mode != File.GetUnixFileMode(stream.SafeFileHandle))
        {
            File.SetUnixFileMode(stream.SafeFileHandle, mode);
        }
    }
}
