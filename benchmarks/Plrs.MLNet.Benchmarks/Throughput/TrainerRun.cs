using System.Diagnostics;
using Microsoft.ML;
using Plrs.MLNet.Benchmarks.Comparisons;
using Plrs.MLNet.Schedules;

namespace Plrs.MLNet.Benchmarks.Throughput;

/// <summary>The trainer as a user runs it, from JPEG files, timed between two of its steps.</summary>
internal static class TrainerRun
{
    public static double Measure(ImageFolder images, TrainingPrecision precision)
    {
        var mlContext = new MLContext(seed: 1);
        var start = 0L;
        var elapsed = TimeSpan.Zero;
        var trainedOn = 0L;
        var options = new TorchImageClassificationTrainer.Options
        {
            FeatureColumnName = TrainingPipeline.ImageColumn,
            Arch = images.Network,
            StartFrom = PretrainedWeights.None,
            Images = { Size = images.ImageSize, Augmentation = ImageAugmentation.CropAndFlip },
            BatchSize = images.BatchSize,
            Epoch = 1000,
            ValidationSetFraction = null,
            EarlyStoppingCriteria = null,
            Schedule = new PlrsSchedule(0.07, 0.1),
            Steps = { Device = TorchDevice.Cpu, Precision = precision },
            Reporting =
            {
                Observers =
                [
                    new Watching
                    {
                        Step = metrics =>
                        {
                        if (metrics.Step.Index == BareLoop.WarmUpSteps - 1)
                        {
                            start = Stopwatch.GetTimestamp();
                        }
                        else if (metrics.Step.Index >= BareLoop.WarmUpSteps)
                        {
                            trainedOn += metrics.BatchSize;
                            if (metrics.Step.Index == BareLoop.WarmUpSteps + BareLoop.StepsOf(images) - 1)
                            {
                                elapsed = Stopwatch.GetElapsedTime(start);
                                mlContext.CancelExecution();
                            }
                        }
                    }
                    },
                ],
            },
        };
        try
        {
            TrainingPipeline.Create(mlContext, options).Fit(mlContext.Data.LoadFromEnumerable(LabeledImage.FromFolder(images.Path)));
        }
        catch (OperationCanceledException)
        {
            return trainedOn / elapsed.TotalSeconds;
        }

        throw new InvalidOperationException("The training ended before the measurement.");
    }
}
