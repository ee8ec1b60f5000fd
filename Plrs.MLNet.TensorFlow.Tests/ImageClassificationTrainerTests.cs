using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using Microsoft.ML.Vision;
using Plrs.MLNet.Schedules;
using Plrs.MLNet.Tests.Support;
using static Microsoft.ML.Vision.ImageClassificationTrainer;

namespace Plrs.MLNet.TensorFlow.Tests;

/// <summary>
/// Schedules in ML.NET's real TensorFlow-backed trainer, on a small folder of drawn images. The first training downloads ResNetV2-50
/// (about 100 MB); each takes a few seconds.
/// </summary>
[TestClass]
public sealed class ImageClassificationTrainerTests : IDisposable
{
    private const int Seed = 11;
    private const int Epochs = 5;
    private const int BatchSize = 10;
    private const double Minimum = 0.005;
    private const double Maximum = 0.02;

    private readonly ImageFolder _images = new(imagesPerClass: 8);
    private readonly MLContext _context = new(Seed);
    private readonly List<(int Epoch, int Batches, float LearningRate)> _reported = [];

    public void Dispose() => _images.Dispose();

    [TestMethod]
    public void Options()
    {
        ImageClassificationTrainer.Options options = CreateOptions().UseSchedule(new PlrsSchedule(Minimum, Maximum, seed: 4));

        Train(_context.MulticlassClassification.Trainers.ImageClassification(options), Images());

        CheckReportedRates(seed: 4);
    }

    [TestMethod]
    public void Trainer()
    {
        ImageClassificationTrainer trainer = CreateTrainer(CreateOptions()).UsePlrs(Minimum, Maximum);

        Train(trainer, Images());

        CheckReportedRates(Seed);
    }

    [TestMethod]
    public void TrainerBuiltWithoutScheduling()
    {
        var options = CreateOptions();
        options.LearningRateScheduler = null;

        Train(CreateTrainer(options).UsePlrs(Minimum, Maximum), Images());

        CheckReportedRates(Seed);
    }

    [TestMethod]
    public void ChainThatIsFittedTwice()
    {
        EstimatorChain<KeyToValueMappingTransformer> pipeline = LoadImages()
            .AppendCacheCheckpoint(_context)
            .Append(CreateTrainer(CreateOptions()))
            .Append(_context.Transforms.Conversion.MapKeyToValue("PredictedLabel"))
            .UsePlrs(Minimum, Maximum);

        using var first = pipeline.Fit(_images.Load(_context));
        CheckReportedRates(Seed);
        var metrics = _context.MulticlassClassification.Evaluate(first.Transform(_images.Load(_context)));
        Assert.IsGreaterThan(1 / 3.0, metrics.MicroAccuracy, "Three classes: a third is chance.");

        _reported.Clear();
        using var second = pipeline.Fit(_images.Load(_context));
        CheckReportedRates(Seed);
    }

    // ML.NET reports the rate of the last batch of each epoch.
    private void CheckReportedRates(int seed)
    {
        var schedule = new PlrsSchedule(Minimum, Maximum, seed);
        Assert.HasCount(Epochs, _reported);
        foreach (var (epoch, batches, rate) in _reported)
        {
            Assert.AreEqual(3, batches, "24 images in batches of 10.");
            var lastStep = ((epoch + 1) * batches) - 1;
            Assert.AreEqual((float)schedule.GetLearningRate(new TrainingStep(lastStep, batches)), rate);
            Assert.IsTrue(rate is >= (float)Minimum and <= (float)Maximum, $"{rate} is out of bounds.");
        }
    }

    private ImageClassificationTrainer.Options CreateOptions() => new()
    {
        FeatureColumnName = "Image",
        LabelColumnName = "Label",
        Arch = Architecture.ResnetV250,
        Epoch = Epochs,
        BatchSize = BatchSize,
        EarlyStoppingCriteria = null,
        ValidationSet = Images(), // Without one, the trainer would take a part of the training images.
        MetricsCallback = metrics =>
        {
            // One object is reused for all reports: take the figures at once.
            if (metrics.Train is
                {
                    DatasetUsed: ImageClassificationTrainer.ImageClassificationMetrics.Dataset.Train,
                    BatchProcessedCount: > 0,
                } train)
            {
                _reported.Add((train.Epoch, train.BatchProcessedCount, train.LearningRate));
            }
        },
    };

    private ImageClassificationTrainer CreateTrainer(ImageClassificationTrainer.Options options) =>
        _context.MulticlassClassification.Trainers.ImageClassification(options);

    private static void Train(ImageClassificationTrainer trainer, IDataView images) => (trainer.Fit(images) as IDisposable)?.Dispose();

    private IDataView Images()
    {
        var rows = _images.Load(_context);
        return LoadImages().Fit(rows).Transform(rows);
    }

    private EstimatorChain<ImageLoadingTransformer> LoadImages() => _context.Transforms.Conversion.MapValueToKey("Label")
        .Append(_context.Transforms.LoadRawImageBytes("Image", _images.Path, nameof(ImageRow.ImagePath)));
}
