using Microsoft.ML;
using Plrs.MLNet.Schedules;
using Plrs.MLNet.Tests.Support;

namespace Plrs.MLNet.Tests.Pipelines;

[TestClass]
public sealed class TorchPositionTests :
    UsePlrsPositions<TorchImageClassificationTrainer, TorchImageClassificationTransformer>
{
    private readonly List<float> _rates = [];

    [TestMethod]
    public void Options()
    {
        var given = CreateOptions();

        TorchImageClassificationTrainer.Options options = given.UseSchedule(new PlrsSchedule(0.01, 0.02, seed: 1));

        Assert.AreEqual(new PlrsSchedule(0.01, 0.02, seed: 1), options.Schedule);
        Assert.AreEqual(given.BatchSize, options.BatchSize);
        Assert.IsNull(given.Schedule);
    }

    protected override TorchImageClassificationTrainer CreateTrainer() =>
        Context.MulticlassClassification.Trainers.TorchImageClassification(CreateOptions());

    protected override IEnumerable<float> RatesUsed(ITransformer fitted) => _rates;

    private TorchImageClassificationTrainer.Options CreateOptions() => new()
    {
        FeatureColumnName = "Image",
        Arch = Network.ResNet20,
        Epoch = 1,
        BatchSize = 4,
        Images = { Size = 8 },
        LearningRate = 0.5f,
        ValidationSetFraction = null,
        EarlyStoppingCriteria = null,
        Reporting = { Observers = [new Watching { Step = Record }] },
    };

    private void Record(StepMetrics metrics)
    {
        if (metrics.Step.Index == 0)
        {
            _rates.Clear();
        }

        _rates.Add((float)metrics.LearningRate);
    }
}
