using System.Runtime.InteropServices;

namespace Plrs.MLNet.Torch;

/// <summary>
/// Settings of glibc's allocator, from which libtorch takes its tensors. By default it gives every large freed block back to
/// the system, and each training step pays for getting the same pages again.
/// </summary>
/// <remarks>
/// The settings hold for the whole process, so the trainer makes them once, before its first tensor. The switch
/// <c>Plrs.MLNet.TuneNativeAllocator</c> of <see cref="AppContext"/> (in a project file: a <c>RuntimeHostConfigurationOption</c>)
/// set to <see langword="false"/> leaves the allocator alone. Systems without glibc are left alone in any case.
/// </remarks>
internal static partial class NativeAllocator
{
    private const string Switch = "Plrs.MLNet.TuneNativeAllocator";

    // The parameters' numbers in glibc's malloc.h.
    private const int TrimThreshold = -1;
    private const int TopPad = -2;
    private const int MmapThreshold = -3;

    // The largest block that glibc lets come from its heap; larger ones are mapped, whatever is asked for.
    private const int LargestHeapBlock = 32 << 20;
    private const int KeptOnHeap = 1 << 30;
    private const int HeapGrowth = 64 << 20;

    private static readonly Lazy<bool> Tuning = new(Apply);
    private static readonly Lock Counting = new();
    private static int _users;

    /// <summary>Makes the settings unless they were made before.</summary>
    /// <returns>Whether the allocator is tuned.</returns>
    public static bool Tune() => Tuning.Value;

    /// <summary>
    /// Tunes it for what takes tensors until the result is disposed of. After the last such use, what the allocator holds free goes back to
    /// the system.
    /// </summary>
    public static IDisposable Use()
    {
        Tune();
        lock (Counting)
        {
            _users++;
        }

        return new Usage();
    }

    private static void Leave()
    {
        lock (Counting)
        {
            if (--_users == 0 && Tune())
            {
                _ = GiveBack(kept: 0);
            }
        }
    }

    private static bool Apply()
    {
        if (!OperatingSystem.IsLinux() || (AppContext.TryGetSwitch(Switch, out var wanted) && !wanted))
        {
            return false;
        }

        try
        {
            return SetOption(MmapThreshold, LargestHeapBlock) != 0
                && SetOption(TrimThreshold, KeptOnHeap) != 0
                && SetOption(TopPad, HeapGrowth) != 0;
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            return false;
        }
    }

    [LibraryImport("libc.so.6", EntryPoint = "mallopt")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetOption(int option, int value);

    [LibraryImport("libc.so.6", EntryPoint = "malloc_trim")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int GiveBack(nuint kept);

    private sealed class Usage : IDisposable
    {
        private int _isDisposed;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
            {
                Leave();
            }
        }
    }
}
