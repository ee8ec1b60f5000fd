using TorchSharp;

namespace Plrs.MLNet.Torch;

/// <summary>The device to train on, and what is to be said of it.</summary>
/// <param name="Device">The CPU or a GPU that is there.</param>
/// <param name="Warning">Why it is not the one asked for, or <see langword="null"/>.</param>
internal sealed record DeviceChoice(TorchDevice Device, string? Warning = null)
{
    private const string HowToGetCuda = "Reference a CUDA package of libtorch (TorchSharp-cuda-linux or TorchSharp-cuda-windows)";

    public bool IsGpu => Device.Type == DeviceType.CUDA;

    /// <summary>The device as TorchSharp knows it.</summary>
    public torch.Device Torch => IsGpu ? torch.device(DeviceType.CUDA, Device.Index) : torch.CPU;

    /// <summary>Chooses among what this machine has.</summary>
    /// <param name="wanted">The option.</param>
    /// <param name="gpuDeviceId">ML.NET's <c>GpuDeviceId</c>.</param>
    /// <param name="fallbackToCpu">ML.NET's <c>FallbackToCpu</c>.</param>
    /// <exception cref="InvalidOperationException">The GPU asked for is not there.</exception>
    public static DeviceChoice Here(TorchDevice wanted, int? gpuDeviceId, bool fallbackToCpu) =>
        wanted.Type == DeviceType.CPU
            ? new DeviceChoice(wanted)
            : Of(wanted, gpuDeviceId, fallbackToCpu, torch.cuda.is_available() ? torch.cuda.device_count() : 0);

    /// <summary>Chooses on a machine with a number of CUDA GPUs that can be used.</summary>
    /// <exception cref="InvalidOperationException">The GPU asked for is not there.</exception>
    public static DeviceChoice Of(TorchDevice wanted, int? gpuDeviceId, bool fallbackToCpu, int gpus)
    {
        if (wanted.Type is not null)
        {
            return wanted.Type == DeviceType.CPU || wanted.Index < gpus
                ? new DeviceChoice(wanted)
                : throw new InvalidOperationException(
                    $"Steps.Device is {wanted}, but {Found(gpus)}. {Advice(gpus)}, or set Steps.Device to auto or cpu.");
        }

        if (gpuDeviceId is not { } id)
        {
            return new DeviceChoice(gpus > 0 ? TorchDevice.Cuda : TorchDevice.Cpu);
        }

        if (id >= 0 && id < gpus)
        {
            return new DeviceChoice(TorchDevice.CudaDevice(id));
        }

        return fallbackToCpu
            ? new DeviceChoice(
                TorchDevice.Cpu, $"MLContext.GpuDeviceId is {id}, but {Found(gpus)}: the CPU trains, as FallbackToCpu allows.")
            : throw new InvalidOperationException(
                $"MLContext.GpuDeviceId is {id}, but {Found(gpus)}. " +
                $"{Advice(gpus)}, or set MLContext.FallbackToCpu to true to train on the CPU then.");
    }

    /// <summary>A device in words that tell apart what may compute other last bits.</summary>
    /// <param name="device">The device.</param>
    /// <param name="find">What is known of a GPU by its number.</param>
    public static string Describe(torch.Device device, Func<int, Gpu?> find) =>
        device.type == DeviceType.CUDA ? find(Math.Max(device.index, 0))?.Name ?? "a GPU whose name is not known" : device.type.ToString();

    private static string Found(int gpus) => gpus switch
    {
        0 => "TorchSharp finds no CUDA GPU",
        1 => "TorchSharp finds 1 CUDA GPU, cuda:0",
        _ => $"TorchSharp finds {gpus} CUDA GPUs, cuda:0 to cuda:{gpus - 1}",
    };

    private static string Advice(int gpus) => gpus == 0 ? HowToGetCuda : "Name one that is there";
}
