using Plrs.MLNet.Torch;
using TorchSharp;

namespace Plrs.MLNet;

/// <summary>
/// The type of number in which a training step computes. Weights, their updates and the trained model are float32 in any case.
/// </summary>
public enum TrainingPrecision
{
    /// <summary>float32 throughout.</summary>
    Full,

    /// <summary>
    /// bfloat16, which has float32's range and 8 significant bits, for what lies between the layers; float32 for the batch statistics, the
    /// last layer, the loss and the validation. It takes less memory, and is quicker on processors and GPUs that compute with bfloat16 (x86
    /// with AVX512-BF16 or AMX, Arm with BF16, NVIDIA from Ampere on), many times slower on others, for which <c>Fit</c> writes a warning
    /// to the log where it knows. The results differ from <see cref="Full"/> by rounding.
    /// </summary>
    MixedBFloat16,
}

internal static class TrainingPrecisionExtensions
{
    // Ampere's.
    private const int FirstCapability = 8;

    /// <summary>The type of the images that the network is given in a training step; it computes in that type.</summary>
    public static torch.ScalarType ImageType(this TrainingPrecision precision) =>
        precision == TrainingPrecision.MixedBFloat16 ? torch.ScalarType.BFloat16 : torch.ScalarType.Float32;

    /// <summary>What to say of a precision that is slow where the network is trained; <see langword="null"/> for nothing.</summary>
    /// <param name="precision">The precision.</param>
    /// <param name="gpu">The GPU that trains, as far as it is known.</param>
    /// <param name="processor">The processor that trains, or <see langword="null"/> where a GPU does.</param>
    public static string? Warning(this TrainingPrecision precision, Gpu? gpu, Processor? processor)
    {
        var slow = (gpu, processor) switch
        {
            ({ ComputeCapability: < FirstCapability }, _) => $"the GPU '{gpu.Name}'",
            (_, { ComputesBFloat16: false }) => $"this processor ({processor})",
            _ => null,
        };
        return precision != TrainingPrecision.MixedBFloat16 || slow is null ? null :
            $"Steps.Precision is MixedBFloat16, but {slow} has no instructions for bfloat16: " +
            "libtorch emulates them, and a step takes several times as long " +
            "as with Full (8 to 17 times was measured with AVX2). " +
            "Set Steps.Precision to Full; quick are x86 processors with AVX512-BF16 or AMX, " +
            "Arm's with BF16, and NVIDIA GPUs from Ampere on.";
    }
}
