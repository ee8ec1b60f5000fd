using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using Plrs.MLNet.Schedules;
using Plrs.MLNet.Tests.Support;
using Plrs.MLNet.Tests.TensorFlow;

namespace Plrs.MLNet.Tests.Pipelines;

/// <summary>What <c>UsePlrs</c> keeps of a pipeline, and what it says about one that it cannot use.</summary>
[TestClass]
public sealed class PipelineScheduleTests : IDisposable
{
    private const string WhatTakesSchedules =
        "Schedules are for this library's own trainers, " +
        "such as TorchImageClassification, for ML.NET trainers whose options have a LearningRateScheduler, " +
        "such as ImageClassificationTrainer of Microsoft.ML.Vision, and for the trainers of Microsoft.ML.TorchSharp.";

    private readonly TemporaryFolder _temporary = new();
    private readonly MLContext _context;

    public PipelineScheduleTests() => _context = new MLContext(1) { TempFilePath = _temporary.Path };

    public void Dispose() => _temporary.Dispose();

    [TestMethod]
    public void NothingTakesASchedule()
    {
        var pipeline = MapLabel()
            .Append(new EstimatorChain<ITransformer>().Append(_context.Transforms.CopyColumns("Copy", "Image")).Append(MapBack()))
            .WithOnFitDelegate(_ => { });

        var error = Assert.ThrowsExactly<InvalidOperationException>(() => pipeline.UsePlrs(0.1, 0.2));

        Assert.AreEqual(
            "No estimator here takes a learning-rate schedule. " +
            $"Found: ValueToKeyMappingEstimator, ColumnCopyingEstimator, KeyToValueMappingEstimator. {WhatTakesSchedules}",
            error.Message);
    }

    [TestMethod]
    public void AnEmptyChain()
    {
        var error = Assert.ThrowsExactly<InvalidOperationException>(() => new EstimatorChain<ITransformer>().UsePlrs(0.1, 0.2));

        Assert.AreEqual(
            $"No estimator here takes a learning-rate schedule. Found: nothing, the chain is empty. {WhatTakesSchedules}", error.Message);
    }

    [TestMethod]
    public void SeveralTakeASchedule()
    {
        var error = Assert.ThrowsExactly<InvalidOperationException>(() => OneOfEachBackend().UsePlrs(0.1, 0.2));

        Assert.AreEqual(
            "2 estimators here take a learning-rate schedule; say which one with UseScheduleAt. Found: ValueToKeyMappingEstimator, " +
            "TorchImageClassificationTrainer (trainerIndex 0), " +
            "ImageClassificationTrainerDouble (trainerIndex 1), KeyToValueMappingEstimator.",
            error.Message);
    }

    [TestMethod]
    [DataRow(-1)]
    [DataRow(2)]
    public void ATrainerThatIsNotThere(int trainerIndex)
    {
        var error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(
            () => OneOfEachBackend().UseScheduleAt(trainerIndex, new ConstantSchedule(1)));

        Assert.AreEqual("trainerIndex", error.ParamName);
        StringAssert.StartsWith(
            error.Message,
            $"trainerIndex is {trainerIndex}; it must be from 0 to 1. Found: ValueToKeyMappingEstimator, TorchImageClassificationTrainer " +
            "(trainerIndex 0), ImageClassificationTrainerDouble (trainerIndex 1), KeyToValueMappingEstimator.");
    }

    [TestMethod]
    public void EachTrainerOfSeveralGetsTheScheduleMeantForIt()
    {
        var trainer = Double();
        var pipeline = new EstimatorChain<ITransformer>()
            .Append(trainer)
            .Append(trainer)
            .UseScheduleAt(1, new ConstantSchedule(0.25))
            .UseScheduleAt(0, new PlrsSchedule(0.5, 0.75));

        var models = pipeline.Fit(DoubleData.Images(_context, 6)).DoublesIn().ToList();

        Assert.IsTrue(models[0].LearningRates.All(rate => rate is >= 0.5f and <= 0.75f));
        Assert.IsTrue(models[1].LearningRates.All(rate => rate == 0.25f));
    }

    [TestMethod]
    public void ScopesAreKept()
    {
        var pipeline = MapLabel()
            .Append(Double(), TransformerScope.TrainTest)
            .Append(MapBack(), TransformerScope.Scoring)
            .UsePlrs(0.1, 0.2);

        var fitted = pipeline.Fit(RawImages());

        Assert.AreEqual(2, fitted.GetModelFor(TransformerScope.Scoring).Count());
        Assert.AreEqual(2, fitted.GetModelFor(TransformerScope.Training).Count());
    }

    [TestMethod]
    public void CacheCheckpointsAreKept()
    {
        var reads = 0;
        var start = new EstimatorChain<ITransformer>()
            .Append(_context.Transforms.CustomMapping<InMemoryImage, InMemoryImage>(
                (input, output) => CopyAndCount(input, output, ref reads), contractName: null));

        var uncached = Reads(AppendRest(start));
        var cached = Reads(AppendRest(start.AppendCacheCheckpoint(_context)));

        Assert.IsLessThan(uncached, cached);
        Assert.AreEqual(cached, Reads(AppendRest(start.AppendCacheCheckpoint(_context)).UsePlrs(0.1, 0.2)));

        IEstimator<ITransformer> AppendRest(EstimatorChain<CustomMappingTransformer<InMemoryImage, InMemoryImage>> chain) => chain
            .Append(MapLabel())
            .Append(_context.Transforms.Conversion.MapValueToKey("Label2", "Label"))
            .Append(Double());

        int Reads(IEstimator<ITransformer> pipeline)
        {
            reads = 0;
            pipeline.Fit(RawImages());
            return reads;
        }
    }

    [TestMethod]
    public void TheGivenChainIsUnchanged()
    {
        var pipeline = MapLabel().Append(Double());

        pipeline.UsePlrs(0.1, 0.2);

        Assert.IsTrue(pipeline.Fit(RawImages()).DoublesIn().Single().LearningRates.All(rate => rate is < 0.1f or > 0.2f));
    }

    /// <summary>
    /// A whole number after the bounds, or after options, could be a seed or the number of a trainer: no method takes one there.
    /// </summary>
    [TestMethod]
    public void NoNumberCanBeTakenForAnother()
    {
        var methods = typeof(PlrsExtensions).GetMethods().Concat(typeof(TrainerOptionsExtensions).GetMethods())
            .Where(method => method.Name.StartsWith("Use", StringComparison.Ordinal));

        var withNumbers =
            methods.Where(method =>
                method.GetParameters().Any(parameter => parameter.ParameterType == typeof(int) || parameter.ParameterType == typeof(int?)))
                .ToList();

        Assert.AreEqual("UseScheduleAt", withNumbers.Single().Name);
        Assert.AreEqual(
            "estimator, trainerIndex, schedule",
            string.Join(", ", withNumbers.Single().GetParameters().Select(parameter => parameter.Name)));
    }

    [TestMethod]
    public void NullsAreRefusedByName()
    {
        Assert.AreEqual(
            "estimator",
            Assert.ThrowsExactly<ArgumentNullException>(() => ((TorchImageClassificationTrainer)null!).UsePlrs(0.1, 0.2)).ParamName);
        Assert.AreEqual("schedule", Assert.ThrowsExactly<ArgumentNullException>(() => Double().UseSchedule(null!)).ParamName);
        Assert.AreEqual("options", Assert.ThrowsExactly<ArgumentNullException>(() => Double().UsePlrs(null!)).ParamName);
        Assert.AreEqual(
            "trainerOptions",
            Assert.ThrowsExactly<ArgumentNullException>(
                () => ((TorchImageClassificationTrainer.Options)null!).UsePlrs(0.1, 0.2)).ParamName);
        Assert.AreEqual(
            "schedule",
            Assert.ThrowsExactly<ArgumentNullException>(() => new TorchImageClassificationTrainer.Options().UseSchedule(null!)).ParamName);
        Assert.AreEqual(
            "options",
            Assert.ThrowsExactly<ArgumentNullException>(() => new TorchImageClassificationTrainer.Options().UsePlrs(null!)).ParamName);
    }

    [TestMethod]
    public void NoTensorFlowComesWithTheLibrary()
    {
        var libraries = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Plrs.MLNet.Tests.deps.json"));

        StringAssert.Contains(libraries, "\"Microsoft.ML/");
        Assert.DoesNotContain("\"Microsoft.ML.Vision/", libraries);
        Assert.DoesNotContain("TensorFlow", libraries);
    }

    private static void CopyAndCount(InMemoryImage input, InMemoryImage output, ref int count)
    {
        count++;
        (output.Image, output.Label) = (input.Image, input.Label);
    }

    private EstimatorChain<KeyToValueMappingTransformer> OneOfEachBackend() => MapLabel()
        .Append(_context.MulticlassClassification.Trainers.TorchImageClassification("Label", "Image"))
        .Append(new EstimatorChain<ITransformer>().Append(Double()).WithOnFitDelegate(_ => { }))
        .Append(MapBack());

    private ImageClassificationTrainerDouble Double() => new(_context, TrainerContractTests.CreateOptions(epochs: 2, batchSize: 4));

    private IDataView RawImages() => _context.Data.LoadFromEnumerable(
        Enumerable.Range(0, 6)
            .Select(
                number =>
                    new InMemoryImage
                    {
                        Image = TestImages.Encode(TestImages.Classes[number % 3], number, size: 8),
                        Label = TestImages.Classes[number % 3],
                    })
            .ToList());

    private ValueToKeyMappingEstimator MapLabel() => _context.Transforms.Conversion.MapValueToKey("Label");

    private KeyToValueMappingEstimator MapBack() => _context.Transforms.Conversion.MapKeyToValue("PredictedLabel");
}
