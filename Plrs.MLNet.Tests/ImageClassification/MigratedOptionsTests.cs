using Microsoft.ML;
using Plrs.MLNet.Schedules;
using Plrs.MLNet.Tests.Images.Decoding;
using Plrs.MLNet.Tests.Support;
using SkiaSharp;

namespace Plrs.MLNet.Tests.ImageClassification;

/// <summary>Warnings of options that mean something else than with ML.NET's trainer.</summary>
[TestClass]
public sealed class MigratedOptionsTests
{
    private static readonly Lazy<ITransformer> Start = new(FineTuningRun.Pretrain);

    [TestMethod]
    [DataRow(50)]
    [DataRow(200)]
    public void ManyEpochsOfFineTuningAreWarnedOf(int epochs)
    {
        var warning = Warnings(options => options.Epoch = epochs).Single();

        Assert.AreEqual(
            FormattableString.Invariant($"Epoch is {epochs}: {epochs * 24:N0} images go through the whole network, {epochs} times 24. ") +
            "An epoch of ML.NET's trainer goes over features that are made once, for the head alone: FineTuning.HeadOnly does so here. " +
            "Without Epoch, fine-tuning takes 12 epochs.",
            warning);
    }

    [TestMethod]
    public void ARateWithoutAScheduleIsWarnedOfAndAConstantScheduleIsNot()
    {
        var warning = Warnings(options => (options.Schedule, options.LearningRate) = (null, 0.05f)).Single();

        Assert.AreEqual(
            "LearningRate is 0.05 and Schedule is null, so all steps have this rate. " +
            "ML.NET's trainer does not look at LearningRate unless LearningRateScheduler is null: its default is a decay from 0.01. " +
            "Set Schedule: UsePlrs, DecaySchedule, or ConstantSchedule for this rate without this warning.",
            warning);
        Assert.IsEmpty(Warnings(options => (options.Schedule, options.LearningRate) = (new ConstantSchedule(0.05), 0.05f)));
    }

    [TestMethod]
    public void LongImagesOfWhichTheMiddleIsSeenAreWarnedOf()
    {
        var warning = Warnings(
            options => options.Epoch = 1,
            startResizing: ImageResizing.CenterCrop,
            sizes: [(64, 160), (64, 160), (64, 160), (40, 40)]).Single();

        Assert.AreEqual(
            "The network sees the square in the middle of the training images, whose median size is 64 × 160: " +
            "40 % of them. ML.NET's trainer stretches them: " +
            "set Images.Resizing to Stretch, to Pad, or to CenterCrop for the square without this warning.",
            warning);
    }

    [TestMethod]
    public void WhatIsAsWithMLNetOrAsAskedForHasNoWarning()
    {
        (int, int)[] twice = [(80, 160), (80, 160), (160, 80)], longer = [(64, 160), (64, 160), (160, 64)];

        Assert.IsEmpty(Warnings(options => options.Epoch = 49));
        Assert.IsEmpty(Warnings(options => (options.Epoch, options.FineTuning) = (200, FineTuning.HeadOnly)));
        Assert.IsEmpty(Warnings(options => (options.Schedule, options.Epoch, options.FineTuning) = (null, null, null)));
        Assert.IsEmpty(Warnings(_ => { }, startResizing: ImageResizing.CenterCrop, sizes: twice));
        Assert.IsEmpty(Warnings(_ => { }, startResizing: ImageResizing.Stretch, sizes: longer));
        Assert.IsEmpty(
            Warnings(options => options.Images.Resizing = ImageResizing.CenterCrop, startResizing: ImageResizing.Stretch, sizes: longer));
    }

    [TestMethod]
    public void FromScratchHundredsOfEpochsAreUsual()
    {
        var options = TestPipeline.QuickOptions(epochs: 200);

        Assert.IsEmpty(Fit(options, TestPipeline.Images(24)));
    }

    /// <summary>The warnings of a run that starts from a model, and is stopped after its first step.</summary>
    private static List<string> Warnings(
        Action<TorchImageClassificationTrainer.Options> change,
        ImageResizing? startResizing = null,
        (int Width, int Height)[]? sizes = null)
    {
        var start = Start.Value;
        if (startResizing is not null)
        {
            var first = TestPipeline.QuickOptions(epochs: 1);
            (first.Images.Size, first.Images.Resizing) = (64, startResizing);
            start = FineTuningRun.Fit(first);
        }

        var options = FineTuningRun.Options(start, FineTuning.Full);
        change(options);
        return Fit(options, sizes is null ? TestPipeline.Images(24) : [.. sizes.Concat(sizes).Select((size, i) => new InMemoryImage
        {
            Image = EncodedImages.Plain(SKColors.Teal, size.Width, size.Height),
            Label = TestImages.Classes[i % 2],
        })]);
    }

    private static List<string> Fit(TorchImageClassificationTrainer.Options options, List<InMemoryImage> images)
    {
        using var stop = new CancellationTokenSource();
        options.Stopping.Token = stop.Token;
        options.Reporting.Observers = [.. options.Reporting.Observers, new Watching { Step = _ => stop.Cancel() }];
        var mlContext = new MLContext(seed: 3);
        var warnings = new List<string>();
        mlContext.Log += (_, e) =>
        {
            if (e.IsWarning())
            {
                warnings.Add(e.RawMessage);
            }
        };
        TestPipeline.FromMemory(mlContext, options).Fit(mlContext.Data.LoadFromEnumerable(images));
        return warnings;
    }
}
