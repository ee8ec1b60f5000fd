using Microsoft.Win32.SafeHandles;
using Plrs.MLNet.Common;

namespace Plrs.MLNet.Images;

/// <summary>
/// A file of a run's own for what memory has no room for, gone with the run. It is read and written in place, not mapped: mapped
/// pages count as the process's memory, and a full disk under a map ends the process.
/// </summary>
/// <param name="workspace">The folder under which it is made, or <see langword="null"/> for the temporary one.</param>
/// <param name="temporary">The folder for temporary files, or <see langword="null"/> for the system's.</param>
internal sealed class CacheFile(string? workspace, string? temporary = null) : IDisposable
{
    private SafeFileHandle? _handle;

    /// <summary>Where it is.</summary>
    public string Folder { get; } = workspace is null
        ? Path.GetFullPath(string.IsNullOrEmpty(temporary) ? Path.GetTempPath() : temporary)
        : Path.Combine(Path.GetFullPath(workspace), "cache");

    /// <summary>The number of bytes written.</summary>
    public long Length { get; private set; }

    /// <summary>Makes the file unless it is there.</summary>
    /// <param name="reserved">The bytes for which room on the disk is made sure of, where the system can do so.</param>
    /// <exception cref="InvalidOperationException">It cannot be made, or the disk is too full.</exception>
    public void Open(long reserved = 0)
    {
        if (_handle is not null)
        {
            return;
        }

        try
        {
            Directory.CreateDirectory(Folder);
            var path = Path.Combine(Folder, $"plrs-{Path.GetRandomFileName()}.cache");
            _handle = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, FileOptions.DeleteOnClose, reserved);
            if (!OperatingSystem.IsWindows())
            {
                // Without a name the file is gone with the process, however that ends.
                File.Delete(path);
            }
        }
        catch (Exception e) when (FileFailure.Is(e))
        {
            throw Failed("made", e);
        }
    }

    /// <summary>Writes bytes at the end.</summary>
    /// <returns>Where they are.</returns>
    /// <exception cref="InvalidOperationException">The disk is full, for example.</exception>
    public long Append(ReadOnlySpan<byte> bytes)
    {
        Open();
        var offset = Length;
        try
        {
            RandomAccess.Write(_handle!, bytes, offset);
        }
        catch (ArgumentOutOfRangeException e)
        {
            // .NET's word for a file that is larger than its file system allows, as one of more than 4 GiB is for FAT.
            throw Failed("written to", new IOException("The file would be larger than its file system allows.", e));
        }
        catch (Exception e) when (FileFailure.Is(e))
        {
            throw Failed("written to", e);
        }

        Length += bytes.Length;
        return offset;
    }

    /// <summary>Reads bytes that were written. Any number of threads can read at once.</summary>
    /// <exception cref="InvalidOperationException">They cannot be read.</exception>
    public void Read(long offset, Span<byte> bytes)
    {
        try
        {
            while (!bytes.IsEmpty)
            {
                var read = RandomAccess.Read(_handle!, bytes, offset);
                if (read == 0)
                {
                    throw new EndOfStreamException("The file is shorter than what was written to it.");
                }

                offset += read;
                bytes = bytes[read..];
            }
        }
        catch (Exception e) when (FileFailure.Is(e))
        {
            throw Failed("read from", e);
        }
    }

    public void Dispose() => _handle?.Dispose();

    private InvalidOperationException Failed(string what, Exception e) => new(
        $"The image cache in '{Folder}' cannot be {what}: " +
        $"{Sentence.Of(e.Message)} Set WorkspacePath to a folder with room for it, " +
        $"raise Images.CacheBudget, or set Images.CacheMode to Memory.", e);
}
