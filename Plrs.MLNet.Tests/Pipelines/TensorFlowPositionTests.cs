using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;
using Plrs.MLNet.Schedules;
using Plrs.MLNet.TensorFlow;
using Plrs.MLNet.Tests.Support;
using Plrs.MLNet.Tests.TensorFlow;

namespace Plrs.MLNet.Tests.Pipelines;

[TestClass]
public sealed class TensorFlowPositionTests :
    UsePlrsPositions<ImageClassificationTrainerDouble, MulticlassPredictionTransformer<ImageClassificationModelParametersDouble>>,
    IDisposable
{
    private readonly TemporaryFolder _temporary = new();

    public TensorFlowPositionTests() => Context.TempFilePath = _temporary.Path;

    public void Dispose() => _temporary.Dispose();

    [TestMethod]
    public void Options()
    {
        var given = CreateOptions();

        ImageClassificationTrainerDouble.Options options = given.UseSchedule(new PlrsSchedule(0.01, 0.02, seed: 1));

        Assert.AreEqual(new PlrsSchedule(0.01, 0.02, seed: 1), ((ScheduleLearningRateScheduler)options.LearningRateScheduler!).Schedule);
        Assert.AreEqual(given.BatchSize, options.BatchSize);
        Assert.AreEqual(given.FeatureColumnName, options.FeatureColumnName);
        Assert.IsInstanceOfType<ExponentialLRDecay>(given.LearningRateScheduler);
    }

    [TestMethod]
    public void OptionsWithScheduleOrPlrsOptions()
    {
        var warmedUp = new PlrsOptions { MinimumLearningRate = 0.01, MaximumLearningRate = 0.02, WarmUpEpochs = 2 };

        ImageClassificationTrainerDouble.Options constant = CreateOptions().UseSchedule(new ConstantSchedule(0.1));
        ImageClassificationTrainerDouble.Options plrs = CreateOptions().UsePlrs(warmedUp);

        Assert.AreEqual(new ConstantSchedule(0.1), ((ScheduleLearningRateScheduler)constant.LearningRateScheduler!).Schedule);
        Assert.AreEqual(
            WarmUpSchedule.ForEpochs(2, new PlrsSchedule(0.01, 0.02)),
            ((ScheduleLearningRateScheduler)plrs.LearningRateScheduler!).Schedule);
    }

    protected override ImageClassificationTrainerDouble CreateTrainer() => new(Context, CreateOptions());

    protected override IEnumerable<float> RatesUsed(ITransformer fitted) => fitted.DoublesIn().Last().LearningRates;

    private static ImageClassificationTrainerDouble.Options CreateOptions() => new()
    {
        FeatureColumnName = "Image",
        Epoch = 2,
        BatchSize = 4,
        LearningRate = 0.5f,
        LearningRateScheduler = new ExponentialLRDecay(learningRate: 0.5f),
        ValidationSetFraction = null,
        EarlyStoppingCriteria = null,
    };
}
