using System.Globalization;
using Plrs.MLNet.Common;
using TorchSharp;

namespace Plrs.MLNet;

/// <summary>Where a network is trained: <see cref="Auto"/>, <see cref="Cpu"/>, or one of the CUDA GPUs.</summary>
/// <remarks>Two that mean the same are equal.</remarks>
public sealed record TorchDevice
{
    private const string CudaName = "cuda";

    private TorchDevice(DeviceType? type, int index) => (Type, Index) = (type, index);

    /// <summary>
    /// The GPU that <c>MLContext.GpuDeviceId</c> names, where it is set. Where it is not: the first CUDA GPU if the referenced libtorch has
    /// CUDA and one is present, the CPU otherwise. Where the GPU named is not there, <c>MLContext.FallbackToCpu</c> decides, as for
    /// ML.NET's own trainers: the CPU with a warning, or an error (ML.NET's default).
    /// </summary>
    public static TorchDevice Auto { get; } = new(null, 0);

    /// <summary>The CPU.</summary>
    public static TorchDevice Cpu { get; } = new(DeviceType.CPU, 0);

    /// <summary>The first CUDA GPU, the same as <c>CudaDevice(0)</c>; training fails with a clear error where there is none.</summary>
    public static TorchDevice Cuda { get; } = new(DeviceType.CUDA, 0);

    /// <summary>What it is, or <see langword="null"/> where that is left open.</summary>
    internal DeviceType? Type { get; }

    /// <summary>The number of the GPU.</summary>
    internal int Index { get; }

    /// <summary>
    /// A CUDA GPU by its number, in the order in which CUDA has them; training fails with a clear error where it is not there.
    /// </summary>
    /// <param name="index">The number, at least 0.</param>
    /// <returns>The device.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="index"/> is negative.</exception>
    public static TorchDevice CudaDevice(int index) => new(DeviceType.CUDA, ArgumentChecks.AtLeast(0, index));

    /// <summary>The device of a name, in whatever case.</summary>
    /// <param name="name"><c>auto</c>, <c>cpu</c>, <c>cuda</c>, or <c>cuda:</c> and the number of a GPU.</param>
    /// <returns>The device.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="name"/> is null.</exception>
    /// <exception cref="FormatException"><paramref name="name"/> is no device's name.</exception>
    public static TorchDevice Parse(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var parts = name.ToLowerInvariant().Split(':');
        return parts switch
        {
            ["auto"] => Auto,
            ["cpu"] => Cpu,
            [CudaName] => Cuda,
            [CudaName, var number] when int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var index) =>
                CudaDevice(index),
            _ => throw new FormatException(
                $"'{name}' is no device; it must be auto, cpu, cuda, or cuda with the number of a GPU, such as cuda:1."),
        };
    }

    /// <summary>The name, as <see cref="Parse"/> takes it, for example <c>cuda:1</c>.</summary>
    /// <returns>The name.</returns>
    public override string ToString() => Type switch
    {
        null => "auto",
        DeviceType.CPU => "cpu",
        _ => string.Create(CultureInfo.InvariantCulture, $"{CudaName}:{Index}"),
    };
}
