using System.Globalization;
using Microsoft.ML.Runtime;
using Plrs.MLNet.Common;
using Plrs.MLNet.RangeTest;
using Plrs.MLNet.Training;

namespace Plrs.MLNet.ImageClassification;

/// <summary>The range test of a run: sweeps that train as the run would, on networks of their own.</summary>
internal static class BoundsSearch
{
    /// <summary>Finds the bounds of a run whose schedule has none.</summary>
    /// <exception cref="InvalidOperationException">There is no usable range.</exception>
    public static PlrsBounds ForRun(TrainingRun run)
    {
        // One sweep: with a small set, three would take longer than the training.
        var bounds = Find(run, new PlrsRangeTestOptions { Seeds = 1 });
        return bounds.IsUsable ? bounds : throw new InvalidOperationException(
            $"UsePlrs was given no bounds, and the range test found none. {bounds.Reason} " +
            "FindPlrsBounds draws the curves and takes other settings; UsePlrs(minimumLearningRate, maximumLearningRate) takes bounds.");
    }

    /// <summary>Finds bounds on the images that a run would train on.</summary>
    public static PlrsBounds Find(TrainingRun run, PlrsRangeTestOptions options)
    {
        using var channel = run.Host.Start("Range test");
        using var progress = run.Host.StartProgressChannel("Range test");
        var data = run.Data.WithoutValidation();
        var features = new Lazy<HeadData>(() => HeadTraining.Features(run, data));
        var share = run.Plan.FineTuning.FreezeBatchNorm ? RangeReading.ShareOfTurningWithKeptNorms : RangeReading.ShareOfTurning;
        if (run.Plan.FineTuning.IsHeadOnly)
        {
            _ = features.Value; // A stage of its own, before this one.
        }

        var done = 0;
        long all = (long)options.Seeds * options.Steps;
        run.Observers.Tell(TrainingStage.RangeTest, 0, all);
        var bounds = PlrsRangeTest.Run(options, run.Seed, MakeSweep, shareOfTurning: share);
        channel.Info($"Bounds for PLRS from a range test: {bounds}.");
        return bounds;

        void MakeSweep(RangeTestSweep sweep)
        {
            progress.SetHeader(new ProgressHeader(["sweeps"]), entry => entry.SetProgress(0, done, options.Seeds));
            var before = (long)done * options.Steps;
            Sweep(run, data, sweep, options, features, steps => run.Observers.Tell(TrainingStage.RangeTest, before + steps, all));
            done++;
            var curve = sweep.ToCurve();
            var found = curve.Reason ?? string.Create(
                CultureInfo.InvariantCulture,
                $"the loss has turned up at the learning rate {curve.TurningLearningRate:G2}, " +
                $"so that L_max is {curve.MaximumLearningRate:G2}");
            channel.Info(FormattableString.Invariant($"Seed {curve.Seed}, {Quantity.Of(curve.Losses.Count, "step")}: {found}"));
        }
    }

    /// <summary>
    /// Makes a sweep with all layers that are trained at some time: bounds have to suit the lowest, too. No head is trained before it:
    /// little of the loss would be left to fall.
    /// </summary>
    private static void Sweep(
        TrainingRun run, TrainingData data, RangeTestSweep sweep, PlrsRangeTestOptions options, Lazy<HeadData> features,
        Action<long> stepDone)
    {
        using var network = run.CreateNetwork(sweep.Seed);
        IEnumerable<TrainingObserver> observers =
            [new CancellationObserver(run.Host), new StopObserver(run.Stop), new RangeTestObserver(sweep, stepDone, options.StopToken)];
        var settings = run.Settings.WithoutSignals() with
        {
            Epochs = options.Steps, // An epoch has one step at least.
            Schedule = RampSchedule.Of(options),
            Groups = run.Settings.Groups?.Select(group => group with { FirstEpoch = 0 }).ToArray(),
            Seed = sweep.Seed,
        };
        if (run.Plan.FineTuning.IsHeadOnly)
        {
            HeadTraining.Train(run, network, features.Value, settings, observers);
        }
        else
        {
            using var session = new TrainingSession(settings, data.Images(run.Plan.Augmentation, sweep.Seed), network, observers);
            session.Run();
        }

        if (!sweep.IsDone && run.Stop.NoModelYet() is { } stopped)
        {
            throw stopped;
        }
    }
}
