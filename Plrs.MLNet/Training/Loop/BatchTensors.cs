using Plrs.MLNet.Images;
using TorchSharp;
using static TorchSharp.torch;

namespace Plrs.MLNet.Training;

/// <summary>Tensors over the memory of batches that come again and again; each batch gets them once, when it comes first.</summary>
internal sealed class BatchTensors : IDisposable
{
    private readonly List<(Batch Batch, Tensor Values, Tensor Labels)> _known = [];

    /// <summary>A batch's values and classes on a device, in the caller's dispose scope; valid until the batch is filled again.</summary>
    public (Tensor Values, Tensor Labels) Of(Batch batch, Device device)
    {
        var (values, labels) = Whole(batch);
        return (Move(values.narrow(0, 0, batch.Count), device), Move(labels.narrow(0, 0, batch.Count), device));
    }

    public void Dispose()
    {
        foreach (var (_, values, labels) in _known)
        {
            values.Dispose();
            labels.Dispose();
        }

        _known.Clear();
    }

    // From page-locked memory the copy to a GPU waits in its queue, and this thread goes on; libtorch uses the page-locked memory again
    // when the copy is done.
    private static Tensor Move(Tensor part, Device device) =>
        device.type == DeviceType.CUDA ? part.pin_memory().to(device, non_blocking: true) : part.to(device);

    private (Tensor Values, Tensor Labels) Whole(Batch batch)
    {
        foreach (var known in _known)
        {
            if (known.Batch == batch)
            {
                return (known.Values, known.Labels);
            }
        }

        using var flat = frombuffer(batch.Values, ScalarType.Float32);
        var values = flat.view([batch.Capacity, .. batch.Shape]).DetachFromDisposeScope();
        var labels = frombuffer(batch.Labels, ScalarType.Int64).DetachFromDisposeScope();
        _known.Add((batch, values, labels));
        return (values, labels);
    }
}
