using Plrs.MLNet.Training;

namespace Plrs.MLNet.Tests.Training;

[TestClass]
public sealed class EpochFiguresTests
{
    [TestMethod]
    public void BatchesCountByTheirNumberOfImages()
    {
        var figures = new EpochFigures();
        figures.StartClock();
        figures.Add(images: 30, meanLoss: 1, correct: 20);
        figures.Add(images: 10, meanLoss: 3, correct: 0);
        figures.StopClock();

        Assert.AreEqual(2, figures.Batches);
        Assert.AreEqual(40L, figures.Images);
        Assert.AreEqual(0.5, figures.Accuracy);
        Assert.AreEqual(1.5, figures.CrossEntropy);
        Assert.IsGreaterThan(0.0, figures.ImagesPerSecond);
    }

    [TestMethod]
    public void MetricsCarryTheFigures()
    {
        var figures = new EpochFigures();
        figures.StartClock();
        figures.Add(images: 3, meanLoss: 0.25f, correct: 2);

        var metrics = figures.ToMetrics(ImageClassificationDataset.Validation, epoch: 7, learningRate: 0.125);

        Assert.AreEqual(
            new ImageClassificationMetrics
            {
                DatasetUsed = ImageClassificationDataset.Validation,
                Epoch = 7,
                BatchProcessedCount = 1,
                Accuracy = 2f / 3,
                CrossEntropy = 0.25f,
                LearningRate = 0.125,
                ImagesPerSecond = metrics.ImagesPerSecond,
            },
            metrics);
        Assert.IsGreaterThan(0.0, metrics.ImagesPerSecond);
    }

    [TestMethod]
    public void AfterAnInterruptionTheSpeedIsThatOfWhatCameAfterIt()
    {
        var figures = new EpochFigures();
        figures.StartClock();
        figures.Add(images: 30, meanLoss: 1, correct: 20);
        var stream = new MemoryStream();
        figures.Write(new BinaryWriter(stream));
        stream.Position = 0;
        var resumed = EpochFigures.Read(new BinaryReader(stream));

        Assert.AreEqual(0.0, resumed.ImagesPerSecond);
        resumed.StartClock();
        resumed.Add(images: 10, meanLoss: 1, correct: 5);
        resumed.StopClock();
        Assert.IsGreaterThan(0.0, resumed.ImagesPerSecond);
        Assert.AreEqual(40L, resumed.Images);
    }

    [TestMethod]
    public void MetricsPrintInOneLine()
    {
        var metrics = new ImageClassificationMetrics
        {
            DatasetUsed = ImageClassificationDataset.Train,
            Epoch = 3,
            BatchProcessedCount = 40,
            Accuracy = 0.98766f,
            CrossEntropy = 1.5f,
            LearningRate = 0.000123456789,
            ImagesPerSecond = 1234.6,
        };

        Assert.AreEqual(
            "Dataset used: Train, Epoch: 3, Batches: 40, Accuracy: " +
            "0.9877, Cross-Entropy: 1.5000, Learning Rate: 0.000123457, Images/s: 1235",
            metrics.ToString());
    }
}
