using System.Runtime.InteropServices;
using System.Text;

namespace Plrs.MLNet.Torch;

/// <summary>What NVIDIA's driver says of a GPU; TorchSharp 0.107 says nothing. Not run with a GPU yet.</summary>
/// <param name="Name">The model's name, such as <c>NVIDIA H100 80GB HBM3</c>.</param>
/// <param name="ComputeCapability">The first number of its compute capability: 8 for Ampere.</param>
internal sealed unsafe record Gpu(string Name, int ComputeCapability)
{
    private const int Success = 0;
    private const int LongestName = 256;

    // The attribute's number in cuda.h.
    private const int ComputeCapabilityMajor = 75;

    /// <summary>A GPU by its number.</summary>
    /// <returns><see langword="null"/> where there is no such GPU, or no driver.</returns>
    public static Gpu? Find(int index)
    {
        if (!NativeLibrary.TryLoad(OperatingSystem.IsWindows() ? "nvcuda.dll" : "libcuda.so.1", out var driver)
            || !NativeLibrary.TryGetExport(driver, "cuInit", out var init)
            || !NativeLibrary.TryGetExport(driver, "cuDeviceGet", out var get)
            || !NativeLibrary.TryGetExport(driver, "cuDeviceGetName", out var getName)
            || !NativeLibrary.TryGetExport(driver, "cuDeviceGetAttribute", out var getAttribute))
        {
            return null;
        }

        int device, capability;
        var name = stackalloc byte[LongestName];
        return ((delegate* unmanaged<uint, int>)init)(0) == Success
            && ((delegate* unmanaged<int*, int, int>)get)(&device, index) == Success
            && ((delegate* unmanaged<byte*, int, int, int>)getName)(name, LongestName, device) == Success
            && ((delegate* unmanaged<int*, int, int, int>)getAttribute)(&capability, ComputeCapabilityMajor, device) == Success
            ? new Gpu(Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(name)), capability)
            : null;
    }
}
