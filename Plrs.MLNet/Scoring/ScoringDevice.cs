using Microsoft.ML.Runtime;

namespace Plrs.MLNet.Scoring;

/// <summary>Where a model scores: what ML.NET's context says of GPUs.</summary>
/// <param name="GpuDeviceId">
/// The number of the GPU; <see langword="null"/> for the first one where ONNX Runtime has CUDA and there is one, else the CPU.
/// </param>
/// <param name="FallbackToCpu">Whether the CPU scores where the GPU with that number cannot.</param>
internal sealed record ScoringDevice(int? GpuDeviceId, bool FallbackToCpu)
{
    public const string CudaProvider = "CUDAExecutionProvider";

    /// <summary>The number of the GPU to try.</summary>
    public int Gpu => GpuDeviceId ?? 0;

    /// <summary>What a component's context says.</summary>
    public static ScoringDevice Of(IHostEnvironment env)
    {
        var context = (IHostEnvironmentInternal)env;
        return new ScoringDevice(context.GpuDeviceId, context.FallbackToCpu);
    }

    /// <summary>Whether to try a GPU.</summary>
    /// <param name="providers">What the application's ONNX Runtime can compute with.</param>
    /// <exception cref="InvalidOperationException">A GPU is asked for, and it can use none.</exception>
    public bool TriesGpu(IReadOnlyCollection<string> providers)
    {
        if (providers.Contains(CudaProvider))
        {
            return true;
        }

        CheckFallback(
            $"this program's ONNX Runtime has no CUDA, only {string.Join(", ", providers)}; " +
            "reference the package Microsoft.ML.OnnxRuntime.Gpu", null);
        return false;
    }

    /// <summary>Throws unless the CPU may score in place of a GPU that cannot.</summary>
    /// <exception cref="InvalidOperationException">It may not.</exception>
    public void CheckFallback(string reason, Exception? e)
    {
        if (GpuDeviceId is { } id && !FallbackToCpu)
        {
            throw new InvalidOperationException(
                $"MLContext.GpuDeviceId is {id}, but the model cannot score there: " +
                $"{reason}, or set MLContext.FallbackToCpu to true to score on the CPU then.", e);
        }
    }
}
