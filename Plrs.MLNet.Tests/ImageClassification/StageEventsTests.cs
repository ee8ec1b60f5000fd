using Microsoft.ML;
using Plrs.MLNet.Schedules;
using Plrs.MLNet.Tests.Checkpoints;
using Plrs.MLNet.Tests.Support;

namespace Plrs.MLNet.Tests.ImageClassification;

/// <summary>What observers are told beside steps and epochs: stages, the head, checkpoints.</summary>
[TestClass]
public sealed class StageEventsTests
{
    // Both sets, one after the other.
    private const string Reading = "ReadingImages 0/30 | ReadingImages 24/30 | ReadingImages 24/30 | ReadingImages 30/30";

    private static readonly Lazy<ITransformer> Start = new(FineTuningRun.Pretrain);

    [TestMethod]
    public void TheStagesAreToldInTurn()
    {
        var notes = new Notes();
        var options = Gradual(headEpochs: 2);
        options.Schedule = null;
        options.ValidationSet = Keyed(TestPipeline.Images(6, first: 50));
        options.Reporting.Observers = [notes];
        var mlContext = new MLContext(seed: 3);
        var images = mlContext.Data.LoadFromEnumerable(TestPipeline.Images(24));
        var pipeline = TestPipeline.FromMemory(mlContext, options);

        mlContext.MulticlassClassification.FindPlrsBounds(images, pipeline, new() { Seeds = 2, Steps = 54 });
        Assert.StartsWith($"{Reading} | RangeTest 0/108 | RangeTest 1/108 | ", notes.Text);
        Assert.Contains(" | RangeTest 55/108 | ", notes.Text, "The second sweep's first step; a sweep counts as whole.");
        Assert.DoesNotContain("starting", notes.Text);
        notes.Told.Clear();
        pipeline.Fit(images);

        Assert.AreEqual(
            $"{Reading} | ComputingFeatures 0/30 | ComputingFeatures 24/30 | TrainingHead 0/2 | TrainingHead 1/2 | TrainingHead 2/2 | " +
            "head | starting | step | step | step | epoch | ended",
            notes.Text);
    }

    [TestMethod]
    public void TheHeadIsToldWithItsFiguresOnBothSets()
    {
        var notes = new Notes();
        var options = Gradual(headEpochs: 3);
        options.Schedule = new ConstantSchedule(options.LearningRate);
        options.ValidationSetFraction = 0.25f;
        options.Reporting.Observers = [notes];

        FineTuningRun.Fit(options);

        var head = notes.Head!;
        Assert.AreEqual((18, 6, 2), (head.TrainingImages, head.ValidationImages, head.Training.Epoch));

        // What a training of the head alone reports of its last epoch, with the same seed, rates and images.
        var alone = FineTuningRun.Options(Start.Value, FineTuning.HeadOnly, epochs: 3);
        alone.ValidationSetFraction = 0.25f;
        alone.Schedule = options.Schedule;
        alone.WeightAveraging = WeightAveraging.None;
        var reported = new List<ImageClassificationMetrics>();
        alone.MetricsCallback = reported.Add;
        FineTuningRun.Fit(alone);
        Assert.AreEqual(Figures(reported[^2]), Figures(head.Training));
        Assert.AreEqual(Figures(reported[^1]), Figures(head.Validation!));

        static (float, float) Figures(ImageClassificationMetrics metrics) => (metrics.Accuracy, metrics.CrossEntropy);
    }

    [TestMethod]
    public void WithoutValidationImagesTheHeadIsToldWithoutTheirFigures()
    {
        var notes = new Notes();
        var options = Gradual(headEpochs: 1);
        options.Reporting.Observers = [notes];

        FineTuningRun.Fit(options);

        Assert.IsNull(notes.Head!.Validation);
        Assert.AreEqual((24, 0), (notes.Head.TrainingImages, notes.Head.ValidationImages));
    }

    [TestMethod]
    public void ValidationImagesAndProgressChangeNoWeight()
    {
        var plain = FineTuningRun.Fit(Gradual(headEpochs: 3));
        var options = Gradual(headEpochs: 3);
        options.ValidationSet = Keyed(TestPipeline.Images(9, first: 50));
        options.Reporting.Observers = [new Notes()];

        var validated = FineTuningRun.Fit(options.WithProgress(TextWriter.Null));

        Assert.IsEmpty(FineTuningRun.Differences(plain, validated));
    }

    [TestMethod]
    public void AStopWhenTheHeadIsTrainedKeepsTheHeadAndTellsOfIt()
    {
        using var stop = new CancellationTokenSource();
        var notes = new Notes { OnHead = stop.Cancel };
        var options = Gradual(headEpochs: 3);
        options.Stopping.Token = stop.Token;
        options.Reporting.Observers = [notes];

        var model = FineTuningRun.Fit(options);

        CollectionAssert.AreEqual(new[] { "linear.weight", "linear.bias" }, FineTuningRun.Differences(Start.Value, model));
        Assert.EndsWith("TrainingHead 3/3 | head | starting | ended", notes.Text);
        Assert.AreEqual(StopReason.StopToken, model.GetTrainingRecord()!.StopReason);
    }

    [TestMethod]
    public void AHeadThatIsStoppedIsNotToldToBeTrained()
    {
        using var stop = new CancellationTokenSource();
        var notes = new Notes();
        notes.OnStaged = progress =>
        {
            if (progress is { Stage: TrainingStage.TrainingHead, Done: 1 })
            {
                stop.Cancel();
            }
        };
        var options = Gradual(headEpochs: 3);
        options.Stopping.Token = stop.Token;
        options.Reporting.Observers = [notes];

        var model = FineTuningRun.Fit(options);

        CollectionAssert.AreEqual(new[] { "linear.weight", "linear.bias" }, FineTuningRun.Differences(Start.Value, model));
        Assert.IsNull(notes.Head);
    }

    [TestMethod]
    public void AStopBeforeTheHeadsFirstStepLeavesNoModel()
    {
        using var stop = new CancellationTokenSource();
        var notes = new Notes();
        notes.OnStaged = progress =>
        {
            if (progress.Stage == TrainingStage.TrainingHead)
            {
                stop.Cancel();
            }
        };
        var options = Gradual(headEpochs: 3);
        options.Stopping.Token = stop.Token;
        options.Reporting.Observers = [notes];

        Assert.ThrowsExactly<TrainingStoppedException>(() => FineTuningRun.Fit(options));
    }

    [TestMethod]
    public void CheckpointsAreToldAndThatATrainingGoesOnFromOne()
    {
        using var workspace = new TemporaryFolder();
        var options = QuickRun.CheckpointedOptions("plain SGD", workspace);
        options.Checkpoints.Kept = 1;
        using var stop = new CancellationTokenSource();
        options.Stopping.Token = stop.Token;
        var notes = new Notes();
        options.Reporting.Observers = [notes];
        QuickRun.Train(options, (_, steps) =>
        {
            if (steps == 6)
            {
                stop.Cancel();
            }
        });
        var last = notes.Checkpoints[^1];

        var resumed = new Notes();
        options.Stopping.Token = default;
        options.Reporting.Observers = [resumed];
        QuickRun.Train(options);

        // An epoch is done when it is validated, after its last step.
        CollectionAssert.AreEqual(new long[] { 1, 2, 3, 4, 5, 6 }, notes.Checkpoints.Select(checkpoint => checkpoint.Steps).ToArray());
        CollectionAssert.AreEqual(new[] { 0, 0, 0, 0, 1, 1 }, notes.Checkpoints.Select(checkpoint => checkpoint.Epochs).ToArray());
        Assert.DoesNotContain("resumed", notes.Text);
        Assert.AreEqual(last, resumed.Resumed);
        Assert.StartsWith("ReadingImages 0/20 | ReadingImages 20/20 | resumed | starting | step", resumed.Text);
    }

    private static TorchImageClassificationTrainer.Options Gradual(int headEpochs) =>
        FineTuningRun.Options(Start.Value, FineTuning.Gradual with { HeadEpochs = headEpochs });

    private static IDataView Keyed(List<InMemoryImage> images)
    {
        var mlContext = new MLContext(seed: 1);
        var data = mlContext.Data.LoadFromEnumerable(images);
        return mlContext.Transforms.Conversion.MapValueToKey("Label").Fit(data).Transform(data);
    }

    private sealed class Notes : ITrainingObserver
    {
        public List<string> Told { get; } = [];

        public List<TrainingCheckpoint> Checkpoints { get; } = [];

        public HeadTrained? Head { get; private set; }

        public TrainingCheckpoint? Resumed { get; private set; }

        public Action OnHead { get; init; } = () => { };

        public Action<StageProgress> OnStaged { get; set; } = _ => { };

        public string Text => string.Join(" | ", Told);

        public void OnStage(StageProgress progress)
        {
            Told.Add($"{progress.Stage} {progress.Done}/{progress.All}");
            OnStaged(progress);
        }

        public void OnHeadTrained(HeadTrained head)
        {
            Told.Add("head");
            Head = head;
            OnHead();
        }

        public void OnResumed(TrainingCheckpoint checkpoint)
        {
            Told.Add("resumed");
            Resumed = checkpoint;
        }

        public void OnCheckpoint(TrainingCheckpoint checkpoint) => Checkpoints.Add(checkpoint);

        public void OnStarting(int epochs, int stepsPerEpoch) => Told.Add("starting");

        public void OnStep(StepMetrics metrics) => Told.Add("step");

        public void OnEpoch(ImageClassificationMetrics training, ImageClassificationMetrics? validation) => Told.Add("epoch");

        public void OnEnded(StopReason reason, string text) => Told.Add("ended");
    }
}
