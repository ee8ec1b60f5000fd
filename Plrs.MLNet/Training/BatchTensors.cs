using Plrs.MLNet.Images.Batching;
using Plrs.MLNet.Images.Decoding;
using TorchSharp;
using static TorchSharp.torch;

namespace Plrs.MLNet.Training;

/// <summary>Tensors over the memory of batches that come again and again; each batch gets them once, when it comes first.</summary>
internal sealed class BatchTensors : IDisposable
{
    private readonly List<(Batch Batch, Tensor Images, Tensor Labels)> _known = [];

    /// <summary>A batch's images and classes on a device, in the caller's dispose scope; valid until the batch is filled again.</summary>
    public (Tensor Images, Tensor Labels) Of(Batch batch, Device device)
    {
        var (images, labels) = Whole(batch);
        return (Move(images.narrow(0, 0, batch.Count), device), Move(labels.narrow(0, 0, batch.Count), device));
    }

    public void Dispose()
    {
        foreach (var (_, images, labels) in _known)
        {
            images.Dispose();
            labels.Dispose();
        }

        _known.Clear();
    }

    // From page-locked memory the copy to a GPU waits in its queue, and this thread goes on; libtorch uses the page-locked memory again when the copy is done.
    private static Tensor Move(Tensor part, Device device) =>
        device.type == DeviceType.CUDA ? part.pin_memory().to(device, non_blocking: true) : part.to(device);

    private (Tensor Images, Tensor Labels) Whole(Batch batch)
    {
        foreach (var known in _known)
        {
            if (known.Batch == batch)
            {
                return (known.Images, known.Labels);
            }
        }

        using var flat = frombuffer(batch.Images, ScalarType.Float32);
        var images = flat.view(batch.Capacity, ImageDecoder.Channels, batch.ImageSize, batch.ImageSize).DetachFromDisposeScope();
        var labels = frombuffer(batch.Labels, ScalarType.Int64).DetachFromDisposeScope();
        _known.Add((batch, images, labels));
        return (images, labels);
    }
}
