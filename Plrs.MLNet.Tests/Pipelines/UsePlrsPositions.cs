using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using Plrs.MLNet.Schedules;
using Plrs.MLNet.Tests.Support;

namespace Plrs.MLNet.Tests.Pipelines;

/// <summary>
/// <c>UsePlrs</c> in every place where a trainer can stand; a backend's test class derives from it. The variables' types are part of the
/// tests: they do not compile when <c>UsePlrs</c> returns another static type than it got.
/// </summary>
public abstract class UsePlrsPositions<TTrainer, TTransformer>
    where TTrainer : class, IEstimator<TTransformer>
    where TTransformer : class, ITransformer
{
    private const int Seed = 11;
    private const double Minimum = 0.01;
    private const double Maximum = 0.02;

    protected MLContext Context { get; } = new(Seed);

    /// <summary>A trainer without schedule, with columns "Label" and "Image".</summary>
    protected abstract TTrainer CreateTrainer();

    /// <summary>The rates of the last training, in order, given its result.</summary>
    protected abstract IEnumerable<float> RatesUsed(ITransformer fitted);

    [TestMethod]
    public void Trainer()
    {
        TTrainer trainer = CreateTrainer().UsePlrs(Minimum, Maximum);

        Check(trainer);
    }

    [TestMethod]
    public void TheGivenTrainerIsUnchanged()
    {
        var trainer = CreateTrainer();

        trainer.UsePlrs(Minimum, Maximum);

        var rates = RatesUsed(trainer.Fit(TrainerInput())).ToList();
        Assert.IsNotEmpty(rates);
        Assert.IsTrue(rates.TrueForAll(rate => rate is < (float)Minimum or > (float)Maximum), string.Join(", ", rates));
    }

    [TestMethod]
    public void TrainerWithOwnSeed()
    {
        Check(CreateTrainer().UseSchedule(new PlrsSchedule(Minimum, Maximum, seed: 5)), seed: 5);
    }

    [TestMethod]
    public void TrainerWithOptions()
    {
        var options = new PlrsOptions { MinimumLearningRate = Minimum, MaximumLearningRate = Maximum, Seed = 6 };

        TTrainer trainer = CreateTrainer().UsePlrs(options);

        Check(trainer, seed: 6);
    }

    [TestMethod]
    public void TrainerWithAnotherSchedule()
    {
        TTrainer trainer = CreateTrainer().UseSchedule(new ConstantSchedule(0.015));

        Assert.AreEqual(0.015f, RatesUsed(trainer.Fit(TrainerInput())).Distinct().Single());
    }

    [TestMethod]
    public void FirstInAChain()
    {
        EstimatorChain<KeyToValueMappingTransformer> chain = CreateTrainer()
            .Append(MapBack())
            .UsePlrs(Minimum, Maximum);

        Check(chain);
    }

    [TestMethod]
    public void InTheMiddleOfAChain()
    {
        EstimatorChain<KeyToValueMappingTransformer> chain = MapLabel()
            .Append(CreateTrainer())
            .Append(MapBack())
            .UsePlrs(Minimum, Maximum);

        Check(chain, Input());
    }

    [TestMethod]
    public void LastInAChain()
    {
        EstimatorChain<TTransformer> chain = MapLabel()
            .Append(CreateTrainer())
            .UsePlrs(Minimum, Maximum);

        Check(chain, Input());
        Assert.IsInstanceOfType<TTrainer>(chain.LastEstimator);
    }

    [TestMethod]
    public void InAChainOfChains()
    {
        EstimatorChain<TransformerChain<KeyToValueMappingTransformer>> chain = new EstimatorChain<ITransformer>()
            .Append(MapLabel())
            .Append(new EstimatorChain<ITransformer>().Append(CreateTrainer()).Append(MapBack()))
            .UsePlrs(Minimum, Maximum);

        Check(chain, Input());
    }

    [TestMethod]
    public void InAChainWithCacheCheckpoint()
    {
        EstimatorChain<TTransformer> chain = MapLabel()
            .AppendCacheCheckpoint(Context)
            .Append(CreateTrainer())
            .UsePlrs(Minimum, Maximum);

        Check(chain, Input());
    }

    [TestMethod]
    public void Wrapped()
    {
        TTransformer? seen = null;

        IEstimator<TTransformer> wrapped = CreateTrainer().WithOnFitDelegate(transformer => seen = transformer).UsePlrs(Minimum, Maximum);

        Assert.AreSame(Check(wrapped), seen);
    }

    [TestMethod]
    public void WrappedChainWithAWrappedTrainer()
    {
        var order = new List<string>();

        IEstimator<TransformerChain<TTransformer>> wrapped = MapLabel()
            .Append(CreateTrainer().WithOnFitDelegate(_ => order.Add("trainer")))
            .WithOnFitDelegate(_ => order.Add("chain"))
            .UsePlrs(Minimum, Maximum);

        Check(wrapped, Input());
        Assert.AreEqual("trainer, chain", string.Join(", ", order));
    }

    [TestMethod]
    public void OneOfTwoTrainers()
    {
        var options = new PlrsOptions { MinimumLearningRate = Minimum, MaximumLearningRate = Maximum, Seed = 3 };

        EstimatorChain<TTransformer> chain = MapLabel()
            .Append(CreateTrainer())
            .Append(CreateTrainer())
            .UseScheduleAt(0, new ConstantSchedule(0.015))
            .UseScheduleAt(1, options.CreateSchedule());

        Check(chain, Input(), seed: 3);
    }

    private TFitted Check<TFitted>(IEstimator<TFitted> estimator, IDataView? input = null, int seed = Seed)
        where TFitted : class, ITransformer
    {
        var fitted = estimator.Fit(input ?? TrainerInput());

        var rates = RatesUsed(fitted).ToList();
        var schedule = new PlrsSchedule(Minimum, Maximum, seed);
        Assert.IsGreaterThan(1, rates.Count);
        CollectionAssert.AreEqual(
            Enumerable.Range(0, rates.Count).Select(i => (float)schedule.GetLearningRate(new TrainingStep(i, 1))).ToList(), rates);
        return fitted;
    }

    private IDataView Input() => Context.Data.LoadFromEnumerable(
        TestImages.Classes.SelectMany(kind =>
            Enumerable.Range(0, 2).Select(number => new InMemoryImage { Image = TestImages.Encode(kind, number, size: 8), Label = kind }))
            .ToList());

    private IDataView TrainerInput()
    {
        var input = Input();
        return MapLabel().Fit(input).Transform(input);
    }

    private ValueToKeyMappingEstimator MapLabel() => Context.Transforms.Conversion.MapValueToKey("Label");

    private KeyToValueMappingEstimator MapBack() => Context.Transforms.Conversion.MapKeyToValue("PredictedLabel");
}
