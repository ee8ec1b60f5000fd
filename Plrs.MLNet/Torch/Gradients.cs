using static TorchSharp.torch;

namespace Plrs.MLNet.Torch;

/// <summary>Lets tensors have gradients on this thread, also where the caller has turned them off, until it is disposed of.</summary>
internal sealed class Gradients : IDisposable
{
    private readonly IDisposable _inference = inference_mode(false);
    private readonly IDisposable _gradients = enable_grad();

    public void Dispose()
    {
        _gradients.Dispose();
        _inference.Dispose();
    }
}
