using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using TorchSharp;
using static TorchSharp.torch;

namespace Plrs.MLNet.Scoring;

/// <summary>
/// A user's module that scores, by TorchSharp: on the GPU where there is one, else on the CPU. It computes one batch at a time, for nothing
/// is known of what it keeps meanwhile.
/// </summary>
internal sealed class EagerEngine : IInferenceEngine
{
    private readonly nn.Module<Tensor, Tensor> _module;
    private readonly Device _device;
    private readonly SharedModel _shared;
    private readonly Lock _running = new();

    /// <param name="module">The module, which the engine disposes of: images to logits.</param>
    /// <param name="device">Where it scores.</param>
    /// <exception cref="InvalidOperationException">A GPU is asked for that is not there.</exception>
    public EagerEngine(nn.Module<Tensor, Tensor> module, ScoringDevice device)
    {
        _device = Choose(device);
        _module = module.to(_device);
        _module.eval();
        _shared = new SharedModel(module.Dispose);
    }

    /// <inheritdoc/>
    public void Run(OrtValue[] inputs, OrtValue[] outputs)
    {
        _shared.Enter();
        try
        {
            lock (_running)
            {
                using var scope = NewDisposeScope();
                using var noGrad = no_grad();
                var images = empty(inputs[0].GetTensorTypeAndShape().Shape, ScalarType.Float32);
                MemoryMarshal.AsBytes(inputs[0].GetTensorDataAsSpan<float>()).CopyTo(images.bytes);
                var probabilities = nn.functional.softmax(_module.forward(images.to(_device)), dim: 1).cpu().contiguous();
                MemoryMarshal.Cast<byte, float>(probabilities.bytes).CopyTo(outputs[0].GetTensorMutableDataAsSpan<float>());
            }
        }
        finally
        {
            _shared.Leave();
        }
    }

    public void Dispose() => _shared.Dispose();

    private static Device Choose(ScoringDevice device)
    {
        var gpus = cuda.is_available() ? cuda.device_count() : 0;
        if (device.Gpu >= 0 && device.Gpu < gpus)
        {
            return new Device(DeviceType.CUDA, device.Gpu);
        }

        device.CheckFallback(
            $"TorchSharp finds {gpus} CUDA GPUs; reference TorchSharp-cuda-linux or TorchSharp-cuda-windows, or name one that is there",
            null);
        return CPU;
    }
}
