using System.Diagnostics;
using Plrs.MLNet.Networks;
using Plrs.MLNet.Schedules;
using Plrs.MLNet.Torch;
using Plrs.MLNet.Training;
using static TorchSharp.torch;

namespace Plrs.MLNet.Benchmarks;

/// <summary>
/// What averaging the weights adds to a training step: ResNet-20, 32×32, batch 64. Each step is timed without it and with it, so that both
/// see the same machine.
/// </summary>
internal static class AveragingBenchmark
{
    private const int BatchSize = 64;
    private const int ImageSize = 32;
    private const int Classes = 10;
    private const int WarmUpSteps = 5;
    private const int TimedSteps = 60;

    public static int Run()
    {
        NativeAllocator.Tune();
        using var scope = NewDisposeScope();
        using var network = new GraphModule(Network.ResNet20.CreateGraph(Classes, ImageSize), seed: 1);
        var settings = new SessionSettings
        {
            Epochs = 1,
            BatchSize = BatchSize,
            Schedule = new ConstantSchedule(0.05),
            Optimizer = new SgdOptions(),
            Seed = 1,
        };
        using var state = new TrainingState(settings, network, TimedSteps);
        using var average = AveragedWeights.OfGroups(state.Groups, network, state.Infinite);
        var images = randn([BatchSize, 3, ImageSize, ImageSize]);
        var labels = randint(0, Classes, [BatchSize], dtype: ScalarType.Int64);

        network.train();
        var (steps, averagings) = (new List<double>(), new List<double>());
        for (var i = 0; i < WarmUpSteps + TimedSteps; i++)
        {
            var start = Stopwatch.GetTimestamp();
            Step(state, images, labels);
            var step = Stopwatch.GetElapsedTime(start);
            start = Stopwatch.GetTimestamp();
            average.Follow(0.02);
            if (i >= WarmUpSteps)
            {
                steps.Add(step.TotalMilliseconds);
                averagings.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }
        }

        var table = new MarkdownTable("of 60 steps", "median", "least");
        table.Add("a step", FormattableString.Invariant($"{Median(steps):F1} ms"), FormattableString.Invariant($"{steps.Min():F1} ms"));
        table.Add(
            "its averaging",
            FormattableString.Invariant($"{Median(averagings):F3} ms"),
            FormattableString.Invariant($"{averagings.Min():F3} ms"));
        table.Add(
            "share",
            FormattableString.Invariant($"{Median(averagings) / Median(steps):P2}"),
            FormattableString.Invariant($"{averagings.Min() / steps.Min():P2}"));
        table.Print();
        return 0;
    }

    private static void Step(TrainingState state, Tensor images, Tensor labels)
    {
        using var scope = NewDisposeScope();
        var loss = nn.functional.cross_entropy(state.Network.forward(images), labels);
        state.Optimizer.zero_grad();
        loss.backward();
        state.Optimizer.step();
        loss.item<float>();
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
