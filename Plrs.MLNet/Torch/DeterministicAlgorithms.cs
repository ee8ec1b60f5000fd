using System.Runtime.InteropServices;

namespace Plrs.MLNet.Torch;

/// <summary>
/// Asks cuDNN for algorithms that give the same bits each time: it may use others by default. TorchSharp 0.107 has no call for it, so
/// libtorch's own functions are called, by the names that its library exports.
/// </summary>
/// <remarks>What is asked for holds for the whole process. Only Linux's names were tried, on the CPU: they set what they should.</remarks>
internal static unsafe class DeterministicAlgorithms
{
    private static readonly Names Exported = OperatingSystem.IsWindows()
        ? new Names(
            "torch_cpu.dll",
            "?globalContext@at@@YAAEAVContext@1@XZ",
            "?setDeterministicCuDNN@Context@at@@QEAAX_N@Z",
            "?setBenchmarkCuDNN@Context@at@@QEAAX_N@Z")
        : new Names(
            "libtorch_cpu.so", "_ZN2at13globalContextEv", "_ZN2at7Context21setDeterministicCuDNNEb", "_ZN2at7Context17setBenchmarkCuDNNEb");

    /// <summary>Asks for them, and for no trials of which algorithm is quickest. libtorch must be loaded.</summary>
    /// <returns>Whether this libtorch has the functions for it.</returns>
    public static bool AskFor()
    {
        if (!NativeLibrary.TryLoad(Exported.Library, out var libtorch)
            || !NativeLibrary.TryGetExport(libtorch, Exported.Context, out var context)
            || !NativeLibrary.TryGetExport(libtorch, Exported.SetDeterministic, out var setDeterministic)
            || !NativeLibrary.TryGetExport(libtorch, Exported.SetBenchmark, out var setBenchmark))
        {
            return false;
        }

        var settings = ((delegate* unmanaged<void*>)context)();
        ((delegate* unmanaged<void*, byte, void>)setDeterministic)(settings, 1);
        ((delegate* unmanaged<void*, byte, void>)setBenchmark)(settings, 0);
        return true;
    }

    private sealed record Names(string Library, string Context, string SetDeterministic, string SetBenchmark);
}
