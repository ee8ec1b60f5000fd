using System.Net.Http.Headers;
using System.Text;
using Plrs.MLNet.Common;

namespace Plrs.MLNet.Weights;

/// <summary>
/// What there is of a file that is being downloaded, in two files beside its place: <c>.part</c> has the bytes, and <c>.download</c> the
/// server's entity tag of the version that they are of. Whoever has the latter open may write, so that two processes do not
/// disturb each other; the system closes it for a process that dies.
/// </summary>
internal sealed class PartialFile : IDisposable
{
    // What is written is on its way at once: nothing is left to fail when a file is closed.
    private const int NoBuffer = 0;

    private readonly string _path;
    private readonly FileStream _download;
    private readonly FileStream _part;

    private PartialFile(string path, FileStream download)
    {
        _path = path;
        _download = download;
        _part = new FileStream(PartPath, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, NoBuffer);
        _part.Seek(0, SeekOrigin.End);
        using var reader = new StreamReader(download, Encoding.UTF8, leaveOpen: true);
        Tag = EntityTagHeaderValue.TryParse(reader.ReadToEnd(), out var tag) ? tag : null;
    }

    /// <summary>The number of bytes that are there.</summary>
    public long Length => _part.Position;

    /// <summary>
    /// The version that the bytes are of; <see langword="null"/> where the server did not say, and nothing can be added to them.
    /// </summary>
    public EntityTagHeaderValue? Tag { get; private set; }

    private string PartPath => _path + ".part";

    /// <summary>Opens what there is, be it nothing.</summary>
    /// <param name="path">The place of the file.</param>
    /// <returns><see langword="null"/> while another process, or another thread of this one, downloads the file.</returns>
    /// <exception cref="InvalidOperationException">The folder cannot be written to.</exception>
    public static PartialFile? TryOpen(string path) => OnDisk(path, () =>
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        FileStream? download = null;
        try
        {
            download = new FileStream(path + ".download", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, NoBuffer);
            return new PartialFile(path, download);
        }
        catch (IOException e) when (IsInUse(e))
        {
            download?.Dispose();
            return null;
        }
        catch
        {
            download?.Dispose();
            throw;
        }
    });

    /// <summary>Begins anew with a version of the file.</summary>
    public void Restart(EntityTagHeaderValue? tag) => OnDisk(() =>
    {
        // In this order, so that no tag ever stands beside bytes of another version.
        if (Length > 0)
        {
            _part.SetLength(0);
            _part.Flush(flushToDisk: true);
        }

        Tag = tag is { IsWeak: false } ? tag : null;
        _download.SetLength(0);
        _download.Write(Encoding.UTF8.GetBytes(Tag?.ToString() ?? ""));
    });

    public void Append(ReadOnlyMemory<byte> bytes) => OnDisk(() => _part.Write(bytes.Span));

    /// <summary>The SHA-256 of what the disk has.</summary>
    public string Digest() => OnDisk(_path, () =>
    {
        _part.Flush(flushToDisk: true);
        _part.Position = 0;
        return FileDigest.Of(_part);
    });

    /// <summary>Gives the file its name.</summary>
    public void Complete() => OnDisk(() =>
    {
        _part.Dispose();
        File.Move(PartPath, _path);
        RemoveTraces();
    });

    /// <summary>Removes all of it.</summary>
    public void Discard() => OnDisk(RemoveTraces);

    public void Dispose()
    {
        _part.Dispose();
        _download.Dispose();
    }

    // Where the file has its name, or nothing is there, those who wait to open these find all that they need.
    private void RemoveTraces()
    {
        _part.Dispose();
        File.Delete(PartPath);
        _download.SetLength(0);
        _download.Dispose();
        File.Delete(_download.Name);
    }

    private void OnDisk(Action action) => OnDisk(_path, () =>
    {
        action();
        return true;
    });

    private static T OnDisk<T>(string path, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception e) when (FileFailure.Is(e))
        {
            throw new InvalidOperationException(
                $"The weights '{Path.GetFileName(path)}' cannot be written to '{Path.GetDirectoryName(path)}': {Sentence.Of(e.Message)} " +
                "Make room or give the right to write there, " +
                $"or set the environment variable {ResourceFolder.Variable} to another folder.", e);
        }
    }

    // Windows' ERROR_SHARING_VIOLATION and ERROR_LOCK_VIOLATION; EWOULDBLOCK of Linux and of macOS.
    private static bool IsInUse(IOException e) => (e.HResult & 0xFFFF) is 32 or 33 || e.HResult is 11 or 35;
}
