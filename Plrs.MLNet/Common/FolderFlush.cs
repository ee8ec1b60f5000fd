using System.Runtime.InteropServices;

namespace Plrs.MLNet.Common;

/// <summary>
/// Flushes a folder's names to the disk. Without it, a name given just before the power fails may still be that of the earlier file.
/// </summary>
internal static partial class FolderFlush
{
    private const int ReadOnly = 0;

    // O_CLOEXEC: a program that is started meanwhile does not inherit the folder.
    private static readonly int CloseOnExec = OperatingSystem.IsMacOS() ? 0x1000000 : 0x80000;

    /// <summary>Flushes a folder, where the system can: Windows does so by itself.</summary>
    public static void ToDisk(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        // Some file systems refuse to flush a folder: the file is whole in any case.
        var descriptor = Open(folder, ReadOnly | CloseOnExec);
        if (descriptor >= 0)
        {
            _ = Flush(descriptor);
            _ = Close(descriptor);
        }
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Flush(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Close(int descriptor);
}
