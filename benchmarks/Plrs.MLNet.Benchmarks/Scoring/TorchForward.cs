using Plrs.MLNet.Benchmarks.Comparisons;
using Plrs.MLNet.Networks;
using Plrs.MLNet.Torch;
using static TorchSharp.torch;

namespace Plrs.MLNet.Benchmarks.Scoring;

/// <summary>
/// The network as it is trained, in evaluation, on tensors made beforehand, with the allocator settings that the trainer makes.
/// </summary>
internal static class TorchForward
{
    public static double Measure(ImageFolder images, int batch)
    {
        NativeAllocator.Tune();
        using var network = new GraphModule(images.Network.CreateGraph(images.ClassCount, images.ImageSize), seed: 1);
        network.eval();
        using var generator = new Generator(1);
        var batches = Preloaded.Images(images, batch, generator);
        var scores = new float[batch * images.ClassCount];
        var next = 0;
        return Speed.Measure(batch, () =>
        {
            using var inference = inference_mode();
            using var scope = NewDisposeScope();
            nn.functional.softmax(network.forward(batches[next++ % Preloaded.Batches]), 1).data<float>().CopyTo(scores);
        });
    }
}
