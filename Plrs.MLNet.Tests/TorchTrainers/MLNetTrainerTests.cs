using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Plrs.MLNet.Schedules;
using static TorchSharp.torch;

namespace Plrs.MLNet.Tests.TorchTrainers;

/// <summary>
/// The trainers of Microsoft.ML.TorchSharp themselves, repaired by the build, on random weights. QuestionAnswer takes 4.2 GB of memory: it
/// runs where the environment variable PLRS_TEST_QUESTION_ANSWER is 1.
/// </summary>
[TestClass]
[DoNotParallelize]
public sealed class MLNetTrainerTests
{
    private const int Seed = 11;
    private const int Epochs = 2;
    private const double Minimum = 1e-4;
    private const double Maximum = 1e-3;

    private static readonly RandomWeights Weights = new();

    public TestContext TestContext { get; set; } = null!;

    [ClassCleanup]
    public static void Remove() => Weights.Dispose();

    [TestMethod]
    [DataRow(nameof(TrainerCase.TextClassification), 0.9)]
    [DataRow(nameof(TrainerCase.SentenceSimilarity), 0.9)]
    [DataRow(nameof(TrainerCase.NamedEntityRecognition), 0.9)]
    [DataRow(nameof(TrainerCase.QuestionAnswer), 0.9)]
    [DataRow(nameof(TrainerCase.ObjectDetection), null)]
    public void TheRatesAreTheSchedulesAndALoadedModelScoresAlike(string name, double? beta1)
    {
        if (name == nameof(TrainerCase.QuestionAnswer) && Environment.GetEnvironmentVariable("PLRS_TEST_QUESTION_ANSWER") != "1")
        {
            Assert.Inconclusive("It takes 4.2 GB of memory, and PLRS_TEST_QUESTION_ANSWER is not 1.");
        }

        var trainerCase = TrainerCase.Named(name);
        var mlContext = Context(trainerCase);
        var data = trainerCase.Data(mlContext);
        var trainer = trainerCase.Create(mlContext, Epochs).UsePlrs(Minimum, Maximum);
        var steps = RecordingOptimizer.In(trainer);

        var model = trainer.Fit(data);

        var rates = steps.Select(step => step.LearningRate).ToArray();
        var schedule = new PlrsSchedule(Minimum, Maximum, Seed);
        var expected = Enumerable.Range(0, Epochs * TrainerCase.StepsPerEpoch)
            .Select(i => schedule.GetLearningRate(new TrainingStep(i, 1))).ToArray();
        TestContext.WriteLine($"schedule  {Format(expected)}");
        TestContext.WriteLine($"optimizer {Format(rates)}");
        CollectionAssert.AreEqual(expected, rates);
        Assert.IsTrue(
            steps.TrueForAll(step => step.Beta1 == beta1), $"Adam's first beta: {string.Join(", ", steps.Select(step => step.Beta1))}");

        var scores = ScoresOf(model.Transform(data), trainerCase.ScoreColumn);
        Assert.AreNotEqual("", scores);
        Assert.AreEqual(scores, ScoresOf(SaveAndLoad(mlContext, model, data.Schema).Transform(data), trainerCase.ScoreColumn));
    }

    [TestMethod]
    public void EveryFitBeginsAtStepZero()
    {
        var mlContext = Context(TrainerCase.TextClassification);
        var data = TrainerCase.TextClassification.Data(mlContext);
        var trainer = TrainerCase.TextClassification.Create(mlContext, 1).UsePlrs(Minimum, Maximum);
        var steps = RecordingOptimizer.In(trainer);

        trainer.Fit(data);
        trainer.Fit(data);

        Assert.HasCount(2 * TrainerCase.StepsPerEpoch, steps);
        CollectionAssert.AreEqual(steps[..TrainerCase.StepsPerEpoch], steps[TrainerCase.StepsPerEpoch..]);
    }

    [TestMethod]
    public void WithoutAScheduleTheRatesAndBetasOfTextClassificationAreOneCycleLRs()
    {
        var mlContext = Context(TrainerCase.TextClassification);
        var trainer = TrainerCase.TextClassification.Create(mlContext, Epochs);
        var steps = RecordingOptimizer.In(trainer);

        trainer.Fit(TrainerCase.TextClassification.Data(mlContext));

        TestContext.WriteLine(
            $"optimizer {Format(steps.Select(step => step.LearningRate))}, first beta {Format(steps.Select(step => step.Beta1 ?? 0))}");
        Assert.AreEqual(Epochs * TrainerCase.StepsPerEpoch, steps.Select(step => step.LearningRate).Distinct().Count());
        Assert.IsFalse(steps.Exists(step => step.Beta1 == 0.9));
    }

    [TestMethod]
    public void AConstantScheduleAtMLNetsOwnRateGivesItsLosses()
    {
        var own = Losses(trainer => trainer);
        var constant = Losses(trainer => trainer.UseSchedule(new ConstantSchedule(0.01)));
        var other = Losses(trainer => trainer.UseSchedule(new ConstantSchedule(0.02)));

        Assert.HasCount(TrainerCase.StepsPerEpoch, own);
        CollectionAssert.AreEqual(own, constant);
        CollectionAssert.AreNotEqual(own, other);
    }

    private static List<string> Losses(Func<IEstimator<ITransformer>, IEstimator<ITransformer>> change)
    {
        var mlContext = Context(TrainerCase.ObjectDetection);
        var losses = new List<string>();
        mlContext.Log += (_, e) =>
        {
            if (e.RawMessage.Contains("Loss: ", StringComparison.Ordinal))
            {
                losses.Add(e.RawMessage);
            }
        };
        change(TrainerCase.ObjectDetection.Create(mlContext, 1)).Fit(TrainerCase.ObjectDetection.Data(mlContext));
        return losses;
    }

    // ML.NET seeds the steps, but not the weights of the head.
    private static MLContext Context(TrainerCase trainerCase)
    {
        trainerCase.AddWeights(Weights);
        random.manual_seed(1);
        return new MLContext(Seed) { TempFilePath = Weights.Path };
    }

    private static ITransformer SaveAndLoad(MLContext mlContext, ITransformer model, DataViewSchema schema)
    {
        using var file = new MemoryStream();
        mlContext.Model.Save(model, schema, file);
        file.Position = 0;
        return mlContext.Model.Load(file, out _);
    }

    private static string ScoresOf(IDataView scored, string column) =>
        string.Join('\n', scored.Preview().ColumnView.Single(view => view.Column.Name == column).Values.Select(value => value switch
        {
            VBuffer<float> vector => Format(vector.DenseValues().Select(score => (double)score)),
            VBuffer<uint> keys => string.Join(' ', keys.DenseValues()),
            _ => ((float)value).ToString("R", CultureInfo.InvariantCulture),
        }));

    private static string Format(IEnumerable<double> numbers) =>
        string.Join(' ', numbers.Select(number => number.ToString("R", CultureInfo.InvariantCulture)));
}
