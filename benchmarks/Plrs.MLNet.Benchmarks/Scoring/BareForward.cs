using Plrs.MLNet.Benchmarks.Comparisons;
using Plrs.MLNet.ImageClassification;
using Plrs.MLNet.ImageClassification.Networks;
using Plrs.MLNet.TorchSharp;
using static TorchSharp.torch;

namespace Plrs.MLNet.Benchmarks.Scoring;

/// <summary>Scoring as one would write it by hand with TorchSharp, with the allocator settings that the trainer makes: the trainer's network on tensors made beforehand.</summary>
internal static class BareForward
{
    public const int Batch = 128;
    private const int PreloadedBatches = 10;

    /// <summary>The network as a trained model scores with it.</summary>
    public static double Folded(ImageFolder images, int batch)
    {
        using var network = CreateNetwork(images);
        using var folded = network.Fold();
        return Measure(folded, images, batch);
    }

    /// <summary>The network as it is trained.</summary>
    public static double Unfolded(ImageFolder images)
    {
        using var network = CreateNetwork(images);
        return Measure(network, images, Batch);
    }

    /// <summary>A network in evaluation, one output a class.</summary>
    public static ImageNetwork CreateNetwork(ImageFolder images)
    {
        NativeAllocator.Tune();
        var network = ImageNetwork.Create(TorchImageClassificationTrainer.Architecture.ResNet20, images.ClassCount, seed: 1);
        network.eval();
        return network;
    }

    /// <summary>Writes the probability of each class.</summary>
    public static void Score(ImageNetwork network, Tensor batch, float[] scores)
    {
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        nn.functional.softmax(network.forward(batch), 1).data<float>().CopyTo(scores);
    }

    private static double Measure(ImageNetwork network, ImageFolder images, int batch)
    {
        using var generator = new Generator(1);
        var batches = Enumerable.Range(0, PreloadedBatches).Select(_ => randn([batch, 3, images.ImageSize, images.ImageSize], generator: generator)).ToArray();
        var scores = new float[batch * images.ClassCount];
        var next = 0;
        return Speed.Measure(batch, () => Score(network, batches[next++ % PreloadedBatches], scores));
    }
}
