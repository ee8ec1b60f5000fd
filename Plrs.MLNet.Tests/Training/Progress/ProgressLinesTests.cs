using System.Globalization;
using Plrs.MLNet.Schedules;
using Plrs.MLNet.Tests.Support;
using Plrs.MLNet.Training;

namespace Plrs.MLNet.Tests.Training.Progress;

[TestClass]
public sealed class ProgressLinesTests : IDisposable
{
    private const int StepsPerEpoch = 10;

    private readonly ManualTime _time = new();
    private readonly StringWriter _output = new() { NewLine = "\n" };

    [TestMethod]
    public void EveryStageAndEpochHasALine()
    {
        var culture = CultureInfo.CurrentCulture;
        var other = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        (other.NumberFormat.NumberDecimalSeparator, other.NumberFormat.NumberGroupSeparator) = (",", ".");
        CultureInfo.CurrentCulture = other;
        try
        {
            using var lines = Lines();
            Stage(lines, TrainingStage.ReadingImages, 200, 0, 64, 200);
            Stage(lines, TrainingStage.RangeTest, 100, 0, 1, 2);
            Stage(lines, TrainingStage.ComputingFeatures, 200, 0, 32, 64);
            Stage(lines, TrainingStage.TrainingHead, 30, 0, 1, 30);
            _time.Now = TimeSpan.FromSeconds(21);
            lines.OnHeadTrained(Head(0.99f, validation: Figures(0, 0.86f), validationImages: 40));
            lines.OnStarting(epochs: 12, StepsPerEpoch);
            Epoch(lines, 0, seconds: 15, 0.75f, validation: 0.8f);
            Epoch(lines, 1, seconds: 20, 0.844f, validation: 0.813f);
            Epoch(lines, 11, seconds: 20, 1);
            lines.OnEnded(StopReason.Completed, "all 12 epochs are done");
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }

        AssertLines(
            "reading 200 images",
            "finding the bounds of PLRS by a range test of at most 100 steps",
            "computing the features of 200 images",
            "training the head on features for 30 epochs",
            "head trained: 86.0 % of the 40 validation images are right after 0:21; going on with the other layers",
            "epoch  1/12  loss 0.412  accuracy 75.0 %  validation 80.0 %  2:45 left",
            "epoch  2/12  loss 0.412  accuracy 84.4 %  validation 81.3 %  3:20 left",
            "epoch 12/12  loss 0.412  accuracy 100.0 %",
            "training ended after 1:16: all 12 epochs are done");
    }

    [TestMethod]
    public void WithoutValidationTheHeadsAccuracyIsThatOfItsTraining()
    {
        using var lines = Lines();

        lines.OnHeadTrained(Head(0.975f, validation: null, validationImages: 0));

        AssertLines("head trained: 97.5 % of the 160 images that it was trained on are right after 0:00; going on with the other layers");
    }

    [TestMethod]
    public void WhatTakesLongHasALineEach30Seconds()
    {
        using var lines = Lines();
        for (var images = 0; images <= 5000; images += 100)
        {
            Stage(lines, TrainingStage.ReadingImages, 5000, images);
            _time.Now += TimeSpan.FromSeconds(2);
        }

        lines.OnStarting(epochs: 2, StepsPerEpoch);
        for (var step = 0; step < 5; step++)
        {
            _time.Now += TimeSpan.FromMinutes(20);
            lines.OnStep(Step(step));
        }

        AssertLines(
            "reading 5000 images",
            "reading: 1500 of 5000 images, 1:10 left",
            "reading: 3000 of 5000 images, 0:40 left",
            "reading: 4500 of 5000 images, 0:10 left",
            "epoch 1/2  step 1/10  loss 0.500  6:20:00 left",
            "epoch 1/2  step 2/10  loss 0.500  6:00:00 left",
            "epoch 1/2  step 3/10  loss 0.500  5:40:00 left",
            "epoch 1/2  step 4/10  loss 0.500  5:20:00 left",
            "epoch 1/2  step 5/10  loss 0.500  5:00:00 left");
    }

    [TestMethod]
    public void AnUnknownNumberOfImagesHasNoTimeLeft()
    {
        using var lines = Lines();

        Stage(lines, TrainingStage.ReadingImages, null, 0);
        _time.Now = TimeSpan.FromSeconds(30);
        Stage(lines, TrainingStage.ReadingImages, null, 640);

        AssertLines("reading images", "reading: 640 images");
    }

    [TestMethod]
    public void ShortEpochsShareALineAndTheLastOneIsTold()
    {
        using var lines = Lines();
        lines.OnStarting(epochs: 100, StepsPerEpoch);
        for (var epoch = 0; epoch < 8; epoch++)
        {
            Epoch(lines, epoch, seconds: 0.4, 0.5f);
        }

        lines.OnEnded(StopReason.StopToken, "the stop token was cancelled");

        AssertLines(
            "epoch   1/100  loss 0.412  accuracy 50.0 %  0:40 left",
            "epoch   4/100  loss 0.412  accuracy 50.0 %  0:38 left",
            "epoch   7/100  loss 0.412  accuracy 50.0 %  0:37 left",
            "epoch   8/100  loss 0.412  accuracy 50.0 %  0:37 left",
            "training ended after 0:03: the stop token was cancelled");
    }

    [TestMethod]
    public void AResumedTrainingSaysFromWhereItGoesOn()
    {
        using var lines = Lines();

        lines.OnResumed(new TrainingCheckpoint { Path = "checkpoint", Steps = 2595, Epochs = 259 });
        lines.OnStarting(epochs: 300, StepsPerEpoch);
        Epoch(lines, 259, seconds: 5, 0.9f);

        // Five steps took five seconds, and 400 are left.
        AssertLines("going on from epoch 260/300", "epoch 260/300  loss 0.412  accuracy 90.0 %  6:40 left");
    }

    [TestMethod]
    public void OnATerminalALineIsWrittenOverAndGoneInTheEnd()
    {
        using (var lines = Lines(isTerminal: true))
        {
            lines.OnStarting(epochs: 2, StepsPerEpoch);
            _time.Now = TimeSpan.FromSeconds(1);
            lines.OnStep(Step(0));
            _time.Now += TimeSpan.FromSeconds(0.1);
            lines.OnStep(Step(1));
            _time.Now += TimeSpan.FromSeconds(0.1);
            lines.OnStep(Step(2));
            Epoch(lines, 0, seconds: 8.8, 0.5f);
            _time.Now += TimeSpan.FromSeconds(1);
            lines.OnStep(Step(10));
        }

        var epoch = "epoch 1/2  loss 0.412  accuracy 50.0 %  0:10 left";
        string[] looks =
        [
            "epoch 1/2  step 1/10  loss 0.500  0:19 left",
            "epoch 1/2  step 3/10  loss 0.500  0:07 left",
            "epoch 2/2  step 1/10  loss 0.500  0:09 left",
        ];
        var blank = new string(' ', looks[0].Length);
        Assert.AreEqual($"\r{looks[0]}\r{looks[1]}\r{blank}\r{epoch}\n\r{looks[2]}\r{blank}\r", _output.ToString());
    }

    [TestMethod]
    public void AWriterThatIsGoneEndsTheLinesAndNothingElse()
    {
        var lines = Lines();
        _output.Dispose();

        Stage(lines, TrainingStage.ReadingImages, 5, 0);
        lines.OnEnded(StopReason.Completed, "the epoch is done");
        lines.Dispose();

        Assert.AreEqual("", _output.ToString());
    }

    [TestMethod]
    public void AStepOfWhichNothingIsToldCostsNoMemory()
    {
        using var lines = Lines();
        lines.OnStarting(epochs: 2, StepsPerEpoch);

        Assert.AreEqual(0L, Allocations.Of(() => lines.OnStep(Step(1))));
    }

    public void Dispose() => _output.Dispose();

    private ProgressLines Lines(bool isTerminal = false) => new(new ProgressWriter(_output, isTerminal), _time);

    private static void Stage(ProgressLines lines, TrainingStage stage, long? all, params ReadOnlySpan<int> done)
    {
        foreach (var number in done)
        {
            lines.OnStage(new StageProgress { Stage = stage, Done = number, All = all });
        }
    }

    private void Epoch(ProgressLines lines, int epoch, double seconds, float accuracy, float? validation = null)
    {
        _time.Now += TimeSpan.FromSeconds(seconds);
        lines.OnEpoch(Figures(epoch, accuracy), validation is { } share ? Figures(epoch, share) : null);
    }

    private static HeadTrained Head(float accuracy, ImageClassificationMetrics? validation, int validationImages) =>
        new() { Training = Figures(29, accuracy), Validation = validation, TrainingImages = 160, ValidationImages = validationImages };

    private static StepMetrics Step(int index) => new()
    {
        Step = new TrainingStep(index, StepsPerEpoch),
        LearningRate = 0.1,
        BatchSize = 2,
        CrossEntropy = 0.5f,
        Accuracy = 0.5f,
        ImagesPerSecond = 1,
    };

    private static ImageClassificationMetrics Figures(int epoch, float accuracy) => new()
    {
        DatasetUsed = ImageClassificationDataset.Train,
        Epoch = epoch,
        BatchProcessedCount = 10,
        Accuracy = accuracy,
        CrossEntropy = 0.412f,
        LearningRate = 0.1,
        ImagesPerSecond = 1,
    };

    private void AssertLines(params string[] expected) => Assert.AreEqual(string.Join('\n', expected), _output.ToString().TrimEnd('\n'));
}
