using System.Diagnostics;
using Plrs.MLNet.Benchmarks.Comparisons;
using Plrs.MLNet.Networks;
using Plrs.MLNet.Torch;
using static TorchSharp.torch;

namespace Plrs.MLNet.Benchmarks.Throughput;

/// <summary>The training loop one would write by hand with TorchSharp: the trainer's network on tensors made beforehand.</summary>
internal static class BareLoop
{
    public const int BatchSize = 128;
    public const int WarmUpSteps = 8;
    public const int TimedSteps = 70;

    /// <summary>With the allocator settings that the trainer makes.</summary>
    public static double Measure(ImageFolder folder)
    {
        NativeAllocator.Tune();
        return MeasureNaive(folder);
    }

    /// <summary>With the allocator as it comes.</summary>
    public static double MeasureNaive(ImageFolder folder)
    {
        using var generator = new Generator(1);
        var images = Preloaded.Images(folder, BatchSize, generator);
        var labels = Enumerable.Range(0, Preloaded.Batches).Select(_ => randint(0, folder.ClassCount, [BatchSize], dtype: ScalarType.Int64, generator: generator)).ToArray();
        using var network = new GraphModule(Network.ResNet20.CreateGraph(folder.ClassCount, folder.ImageSize), seed: 1);
        using var optimizer = optim.SGD(network.parameters(), 0.085);

        network.train();
        var start = 0L;
        for (var step = 0; step < WarmUpSteps + TimedSteps; step++)
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

        return TimedSteps * BatchSize / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
