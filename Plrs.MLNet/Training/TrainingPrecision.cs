using TorchSharp;

namespace Plrs.MLNet.Training;

/// <summary>The type of number in which a training step computes. Weights, their updates and the trained model are float32 in any case.</summary>
public enum TrainingPrecision
{
    /// <summary>float32 throughout.</summary>
    Full,

    /// <summary>
    /// bfloat16, which has float32's range and 8 significant bits, for what lies between the layers; float32 for the batch statistics, the
    /// last layer, the loss and the validation. It takes less memory, and is quicker on processors and GPUs that compute with bfloat16
    /// (x86 with AVX512-BF16 or AMX, NVIDIA from Ampere on), slower on others. The results differ from <see cref="Full"/> by rounding.
    /// </summary>
    MixedBFloat16,
}

internal static class TrainingPrecisionExtensions
{
    /// <summary>The type of the images that the network is given in a training step; it computes in that type.</summary>
    public static torch.ScalarType ImageType(this TrainingPrecision precision) =>
        precision == TrainingPrecision.MixedBFloat16 ? torch.ScalarType.BFloat16 : torch.ScalarType.Float32;
}
