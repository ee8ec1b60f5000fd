using System.Runtime.InteropServices;
using Plrs.MLNet.Images;
using Plrs.MLNet.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Plrs.MLNet.Training;

/// <summary>Computes what a network's head classifies by, for whole sets of images, in batches.</summary>
/// <param name="network">The network.</param>
/// <param name="normalization">How it takes images.</param>
/// <param name="batchSize">The number of images that are computed at once.</param>
/// <param name="device">Where.</param>
internal sealed class FeatureExtractor(GraphModule network, Normalization normalization, int batchSize, Device device)
{
    /// <summary>Computes the features of all images of a set.</summary>
    /// <param name="images">The images.</param>
    /// <param name="add">Takes the features of each image as it is and then mirrored, image by image.</param>
    /// <param name="progress">Called before each batch with the number of images that are done; it may throw to end it.</param>
    public void Extract(ImageSet images, Action<ReadOnlySpan<byte>> add, Action<int> progress)
    {
        network.to(device);
        network.eval();
        using var noGrad = no_grad();
        using var tensors = new BatchTensors();
        using var reader = new BatchReader(images, BatchMemory.Capacity(batchSize, images.Count));
        var done = 0;
        foreach (var batch in reader.Read(
            Enumerable.Range(0, images.Count).ToArray(), (pixels, _, _, values) => normalization.Apply(pixels, values)))
        {
            progress(done);
            using var scope = NewDisposeScope();
            var (values, _) = tensors.Of(batch, device);
            Tensor[] views = [values, values.flip(3)];
            var features = stack([.. views.Select(network.Features)], dim: 1).cpu();
            var bytes = MemoryMarshal.AsBytes(features.data<float>().ToArray().AsSpan());
            var length = bytes.Length / (FeatureSet.Views * batch.Count);
            for (var i = 0; i < FeatureSet.Views * batch.Count; i++)
            {
                add(bytes.Slice(i * length, length));
            }

            done += batch.Count;
        }
    }
}
