using Microsoft.ML;
using Microsoft.ML.Runtime;
using Plrs.MLNet.Networks;
using Plrs.MLNet.RangeTest;
using Plrs.MLNet.Schedules;
using Plrs.MLNet.Training;
using Plrs.MLNet.Training.Features;
using Plrs.MLNet.Training.Observers;

namespace Plrs.MLNet.ImageClassification;

/// <content>The range test: sweeps that train as the trainer would, on networks of their own.</content>
public sealed partial class TorchImageClassificationTrainer
{
    /// <summary>Finds bounds for PLRS on the images that the trainer would train on.</summary>
    internal PlrsBounds FindBounds(IDataView data, PlrsRangeTestOptions options)
    {
        options.Validate();
        CheckColumns(SchemaShape.Create(data.Schema), ofData: "");
        return Prepare(new TrainContext(MakeRoles(data), _options.ValidationSet is { } validation ? MakeRoles(validation) : null), run => FindBounds(run, options));
    }

    /// <summary>Gives a run whose schedule is PLRS without bounds those that a range test finds.</summary>
    /// <exception cref="InvalidOperationException">There is no usable range.</exception>
    private PreparedRun WithBounds(PreparedRun run)
    {
        if (run.Settings.Schedule is not UnboundedPlrs { Seed: var seed })
        {
            return run;
        }

        // One sweep: with a small set, three would take longer than the training.
        var bounds = FindBounds(run, new PlrsRangeTestOptions { Seeds = 1 });
        return bounds.IsUsable
            ? run with { Settings = run.Settings with { Schedule = bounds.CreateSchedule(seed) }, FoundBounds = bounds }
            : throw new InvalidOperationException(
                $"UsePlrs was given no bounds, and the range test found none. {bounds.Reason} " +
                "FindPlrsBounds draws the curves and takes other settings; UsePlrs(minimumLearningRate, maximumLearningRate) takes bounds.");
    }

    private PlrsBounds FindBounds(PreparedRun run, PlrsRangeTestOptions options)
    {
        using var channel = Host.Start("Range test");
        using var progress = Host.StartProgressChannel("Range test");
        var trained = run with { Data = run.Data.WithoutValidation() };
        var features = new Lazy<HeadData>(() => HeadData(trained));
        var share = _recipe.FineTuning.KeepsNormStatistics ? RangeReading.ShareOfTurningWithKeptNorms : RangeReading.ShareOfTurning;
        if (_recipe.FineTuning.IsHeadOnly)
        {
            _ = features.Value; // A stage of its own, before this one.
        }

        var done = 0;
        long all = (long)options.Seeds * options.Steps;
        run.Told.Tell(TrainingStage.RangeTest, 0, all);
        var bounds = PlrsRangeTest.Run(options, _seed, MakeSweep, shareOfTurning: share);
        channel.Info($"Bounds for PLRS from a range test: {bounds}.");
        return bounds;

        void MakeSweep(RangeTestSweep sweep)
        {
            progress.SetHeader(new ProgressHeader(["sweeps"]), entry => entry.SetProgress(0, done, options.Seeds));
            var before = (long)done * options.Steps;
            Sweep(trained, sweep, options, features, steps => run.Told.Tell(TrainingStage.RangeTest, before + steps, all));
            done++;
            var curve = sweep.ToCurve();
            channel.Info(FormattableString.Invariant(
                $"Seed {curve.Seed}, {Quantity.Of(curve.Losses.Count, "step")}: {curve.Reason ?? $"the loss has turned up at the learning rate {curve.TurningLearningRate:G2}, so that L_max is {curve.MaximumLearningRate:G2}"}"));
        }
    }

    /// <summary>
    /// Makes a sweep with all layers that are trained at some time: bounds have to suit the lowest, too. No head is trained before it: little of the loss would be left to fall.
    /// </summary>
    private void Sweep(PreparedRun run, RangeTestSweep sweep, PlrsRangeTestOptions options, Lazy<HeadData> features, Action<long> stepDone)
    {
        using var network = CreateNetwork(run.Start, run.ClassNames, sweep.Seed);
        IEnumerable<TrainingObserver> observers =
            [new CancellationObserver(Host), new StopObserver(run.Stop), new RangeTestObserver(sweep, stepDone, options.StopToken)];
        var settings = run.Settings.WithoutSignals() with
        {
            Epochs = options.Steps, // An epoch has one step at least.
            Schedule = RampSchedule.Of(options),
            Groups = run.Settings.Groups?.Select(group => group with { FirstEpoch = 0 }).ToArray(),
            Seed = sweep.Seed,
        };
        if (_recipe.FineTuning.IsHeadOnly)
        {
            TrainHead((GraphModule)network, features.Value, settings, observers);
        }
        else
        {
            using var session = new TrainingSession(settings, run.Data.Images(_recipe.Augmentation, sweep.Seed), network, observers);
            session.Run();
        }

        if (!sweep.IsDone && run.Stop.NoModelYet() is { } stopped)
        {
            throw stopped;
        }
    }
}
