using System.Diagnostics;
using Microsoft.ML;
using Plrs.MLNet.Networks;
using Plrs.MLNet.Schedules;
using Plrs.MLNet.Training;
using static TorchSharp.torch;

namespace Plrs.MLNet.Benchmarks;

/// <summary>
/// What the instability signals add to a training step: ResNet-20, batch 64, crop and flip, on a folder of images. β is estimated at every
/// other step of one run of the trainer, so that steps with and without see the same machine; the norm of the gradient is timed on its own.
/// </summary>
internal static class SignalsBenchmark
{
    private const int BatchSize = 64;
    private const int WarmUpSteps = 10;
    private const int TimedNorms = 1000;

    public static int Run(string folder)
    {
        var times = StepTimes(folder);
        var plain = Median(times.Where((_, i) => i % 2 == 1));
        var probed = Median(times.Where((_, i) => i % 2 == 0));
        var norm = NormTime();
        var interval = new InstabilitySignals().SmoothnessInterval!.Value;
        var estimate = (probed - plain) / interval;

        var table = new MarkdownTable(FormattableString.Invariant($"median of {times.Count} steps"), "time", "share of a step");
        Add("a step", plain);
        Add("the gradient's norm, every step", norm);
        Add("an estimate of β", probed - plain);
        Add($"the same, a step in {interval}", estimate);
        Add("the signals together", norm + estimate);
        table.Print();
        return 0;

        void Add(string what, double milliseconds) => table.Add(
            what, FormattableString.Invariant($"{milliseconds:F3} ms"), FormattableString.Invariant($"{milliseconds / plain:P2}"));
    }

    /// <summary>Prints what is signalled in the first two epochs with PLRS of some bounds.</summary>
    public static int Watch(string folder, double minimum, double maximum)
    {
        var signals = 0;
        var options = Options(new InstabilitySignals());
        options.Epoch = 2;
        options.Reporting.Observers =
        [
            .. options.Reporting.Observers,
            new Watching { Instability = signal => Console.WriteLine($"  {++signals}. {signal}") },
        ];
        options.MetricsCallback = metrics =>
            Console.WriteLine(
                FormattableString.Invariant($"  {metrics}, β {metrics.Smoothness:F1}, largest gradient {metrics.LargestGradientNorm:F1}"));
        Fit(folder, options, minimum, maximum);
        Console.WriteLine(FormattableString.Invariant($"U[{minimum}, {maximum}]: {signals} signals in two epochs."));
        return 0;
    }

    /// <summary>
    /// The times of an epoch's steps in milliseconds, the first ones left out; that of every other step, from the first on, has an estimate
    /// of β in it.
    /// </summary>
    private static List<double> StepTimes(string folder)
    {
        var times = new List<double>();
        var last = 0L;
        var options = Options(new InstabilitySignals { SmoothnessInterval = 2 });
        options.Reporting.Observers = [.. options.Reporting.Observers, new Watching { Step = step =>
        {
            if (step.Step.Index >= WarmUpSteps)
            {
                times.Add(Stopwatch.GetElapsedTime(last).TotalMilliseconds);
            }

            last = Stopwatch.GetTimestamp();
        } }];
        Fit(folder, options, 0.07, 0.1);
        return times;
    }

    private static TorchImageClassificationTrainer.Options Options(InstabilitySignals signals) => new()
    {
        FeatureColumnName = TrainingPipeline.ImageColumn,
        Arch = Network.ResNet20,
        Epoch = 1,
        BatchSize = BatchSize,
        Images = { Augmentation = ImageAugmentation.CropAndFlip },
        EarlyStoppingCriteria = null,
        Reporting = { InstabilitySignals = signals },
    };

    private static void Fit(string folder, TorchImageClassificationTrainer.Options options, double minimum, double maximum)
    {
        var mlContext = new MLContext(seed: 1);
        using var model = TrainingPipeline.Create(mlContext, options).UsePlrs(minimum, maximum).Fit(
            mlContext.Data.LoadFromEnumerable(LabeledImage.FromFolder(folder)));
    }

    private static double NormTime()
    {
        using var network = new GraphModule(Network.ResNet20.CreateGraph(classCount: 10, imageSize: 32), seed: 1);
        var settings = new SessionSettings
        {
            Epochs = 1,
            BatchSize = BatchSize,
            Schedule = new ConstantSchedule(0.05),
            Optimizer = new SgdOptions(),
            Seed = 1,
        };
        using var state = new TrainingState(settings, network, stepsPerEpoch: 1);
        var probe = new GradientProbe(network, state.Groups);
        var times = new List<double>();
        for (var i = 0; i < TimedNorms; i++)
        {
            using var scope = NewDisposeScope();
            var start = Stopwatch.GetTimestamp();
            probe.Norm();
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        return Median(times);
    }

    private static double Median(IEnumerable<double> values) => values.Order().ElementAt(values.Count() / 2);
}
