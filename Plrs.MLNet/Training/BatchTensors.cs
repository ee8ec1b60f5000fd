using Plrs.MLNet.Images.Batching;
using Plrs.MLNet.Images.Decoding;
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
        return (images.narrow(0, 0, batch.Count).to(device), labels.narrow(0, 0, batch.Count).to(device));
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
