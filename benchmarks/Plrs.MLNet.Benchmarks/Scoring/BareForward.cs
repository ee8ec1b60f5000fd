using Plrs.MLNet.Benchmarks.Comparisons;
using Plrs.MLNet.ImageClassification;
using Plrs.MLNet.Networks;
using Plrs.MLNet.Torch;
using static TorchSharp.torch;

namespace Plrs.MLNet.Benchmarks.Scoring;

/// <summary>The network alone, on tensors made beforehand, with the allocator settings that the trainer makes.</summary>
internal static class BareForward
{
    public const int Batch = 128;

    /// <summary>The network with batch norm folded into its convolutions, operation by operation.</summary>
    public static double Folded(ImageFolder images, int batch)
    {
        using var network = CreateNetwork(images);
        return Measure(new HandWrittenResNet(network).Forward, images, batch);
    }

    /// <summary>The same network by the script that a trained model scores with.</summary>
    public static double Script(ImageFolder images, int batch)
    {
        using var network = CreateNetwork(images);
        using var folded = network.Fold();
        return Measure(folded.Forward, images, batch);
    }

    /// <summary>The network as it is trained.</summary>
    public static double Unfolded(ImageFolder images)
    {
        using var network = CreateNetwork(images);
        return Measure(network.forward, images, Batch);
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
    public static void Score(Func<Tensor, Tensor> forward, Tensor batch, float[] scores)
    {
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        nn.functional.softmax(forward(batch), 1).data<float>().CopyTo(scores);
    }

    private static double Measure(Func<Tensor, Tensor> forward, ImageFolder images, int batch)
    {
        using var generator = new Generator(1);
        var batches = Preloaded.Images(images, batch, generator);
        var scores = new float[batch * images.ClassCount];
        var next = 0;
        return Speed.Measure(batch, () => Score(forward, batches[next++ % Preloaded.Batches], scores));
    }
}
