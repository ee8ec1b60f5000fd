using TorchSharp;

namespace Plrs.MLNet.Torch;

/// <summary>Where the network is trained.</summary>
public enum TorchDevice
{
    /// <summary>CUDA where the referenced libtorch has it and a GPU is present, the CPU otherwise.</summary>
    Auto,

    /// <summary>The CPU.</summary>
    Cpu,

    /// <summary>The first CUDA GPU; training fails with a clear error where there is none.</summary>
    Cuda,
}

internal static class TorchDeviceExtensions
{
    public static torch.Device Resolve(this TorchDevice device) => device switch
    {
        TorchDevice.Cpu => torch.CPU,
        TorchDevice.Auto when !torch.cuda.is_available() => torch.CPU,
        TorchDevice.Cuda when !torch.cuda.is_available() => throw new InvalidOperationException(
            "Device is Cuda, but TorchSharp finds no CUDA GPU. Reference a CUDA package of libtorch (TorchSharp-cuda-linux or TorchSharp-cuda-windows), or use Auto or Cpu."),
        _ => torch.CUDA,
    };
}
