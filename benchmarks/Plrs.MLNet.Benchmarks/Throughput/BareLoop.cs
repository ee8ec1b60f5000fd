using System.Diagnostics;
using Plrs.MLNet.Benchmarks.Comparisons;
using Plrs.MLNet.Networks;
using Plrs.MLNet.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Plrs.MLNet.Benchmarks.Throughput;

/// <summary>The training loop one would write by hand with TorchSharp, on tensors made beforehand.</summary>
internal static class BareLoop
{
    public const int WarmUpSteps = 8;
    public const int TimedSteps = 70;
    private const int FewerSteps = 10;

    /// <summary>The number of steps that are timed: fewer where each takes long.</summary>
    public static int StepsOf(ImageFolder folder) => folder.IsOfPhotos ? FewerSteps : TimedSteps;

    /// <summary>The trainer's network, with the allocator settings that the trainer makes.</summary>
    public static double Measure(ImageFolder folder)
    {
        NativeAllocator.Tune();
        return MeasureNaive(folder);
    }

    /// <summary>The trainer's network, with the allocator as it comes.</summary>
    public static double MeasureNaive(ImageFolder folder)
    {
        using var network = new GraphModule(folder.Network.CreateGraph(folder.ClassCount, folder.ImageSize), seed: 1);
        return Measure(folder, network);
    }

    /// <summary>TorchVision's ResNet-18, with the allocator settings that the trainer makes.</summary>
    public static double MeasureTorchVision(ImageFolder folder)
    {
        NativeAllocator.Tune();
        using var network = torchvision.models.resnet18(folder.ClassCount);
        return Measure(folder, network);
    }

    private static double Measure(ImageFolder folder, nn.Module<Tensor, Tensor> network)
    {
        using var generator = new Generator(1);
        var images = Preloaded.Images(folder, folder.BatchSize, generator);
        var labels = Enumerable.Range(0, Preloaded.Batches)
            .Select(_ => randint(0, folder.ClassCount, [folder.BatchSize], dtype: ScalarType.Int64, generator: generator)).ToArray();
        using var optimizer = optim.SGD(network.parameters(), 0.085);

        network.train();
        var start = 0L;
        for (var step = 0; step < WarmUpSteps + StepsOf(folder); step++)
        {
            if (step == WarmUpSteps)
            {
                start = Stopwatch.GetTimestamp();
            }

            using var scope = NewDisposeScope();
            var loss = nn.functional.cross_entropy(network.forward(images[step % Preloaded.Batches]), labels[step % Preloaded.Batches]);
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();
            loss.item<float>();
        }

        return StepsOf(folder) * folder.BatchSize / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
