using System.Text.RegularExpressions;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using Plrs.MLNet.Tests.ImageClassification;

namespace Plrs.MLNet.Tests;

/// <summary><c>WithProgress</c> in the places where a trainer can stand. The variables' types are part of the tests.</summary>
[TestClass]
public sealed class ProgressExtensionsTests : IDisposable
{
    private const string Output = "reading 6 images|epoch 1/1  loss *  accuracy * %|training ended after *: the epoch is done";

    private readonly MLContext _mlContext = new(seed: 1);
    private readonly StringWriter _output = new() { NewLine = "|" };

    [TestMethod]
    public void AChainTellsWhereverTheTrainerStands()
    {
        var trainer = _mlContext.MulticlassClassification.Trainers.TorchImageClassification(QuickOptions());

        EstimatorChain<TransformerChain<KeyToValueMappingTransformer>> chain = new EstimatorChain<ITransformer>()
            .Append(_mlContext.Transforms.Conversion.MapValueToKey("Label"))
            .Append(new EstimatorChain<ITransformer>()
                .Append(trainer.WithOnFitDelegate(_ => { }))
                .Append(_mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel")))
            .WithProgress(_output);
        chain.Fit(Images());

        AssertTold();
    }

    [TestMethod]
    public void ATrainerTellsAndTheGivenOneDoesNot()
    {
        var given = _mlContext.MulticlassClassification.Trainers.TorchImageClassification(QuickOptions());
        var input = _mlContext.Transforms.Conversion.MapValueToKey("Label").Fit(Images()).Transform(Images());

        TorchImageClassificationTrainer trainer = ProgressExtensions.WithProgress(given, _output);
        given.Fit(input);
        Assert.AreEqual("", _output.ToString());
        trainer.Fit(input);

        AssertTold();
    }

    [TestMethod]
    public void OptionsTellAndTheGivenOnesDoNot()
    {
        var given = QuickOptions();

        TorchImageClassificationTrainer.Options options = ProgressExtensions.WithProgress(given, _output);
        TestPipeline.FromMemory(_mlContext, given).Fit(Images());
        Assert.AreEqual("", _output.ToString());
        TestPipeline.FromMemory(_mlContext, options).UsePlrs(0.01, 0.02).Fit(Images());

        AssertTold();
    }

    [TestMethod]
    public void EveryTrainerOfAChainTells()
    {
        var options = QuickOptions();
        var other = QuickOptions();
        (other.ScoreColumnName, other.PredictedLabelColumnName) = ("OtherScore", "OtherLabel");
        var chain = _mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(_mlContext.MulticlassClassification.Trainers.TorchImageClassification(options))
            .Append(_mlContext.MulticlassClassification.Trainers.TorchImageClassification(other));

        chain.WithProgress(_output).Fit(Images());

        Assert.HasCount(3, _output.ToString().Split("reading 6 images"));
    }

    [TestMethod]
    public void WithoutATrainerWhatWasFoundIsTold()
    {
        var chain = _mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(_mlContext.MulticlassClassification.Trainers.SdcaMaximumEntropy());

        var error = Assert.ThrowsExactly<InvalidOperationException>(() => chain.WithProgress());

        Assert.AreEqual(
            "No estimator here tells of its progress. Found: ValueToKeyMappingEstimator, SdcaMaximumEntropyMulticlassTrainer. " +
            "WithProgress is for this library's TorchImageClassification.",
            error.Message);
        error = Assert.ThrowsExactly<InvalidOperationException>(() => new EstimatorChain<ITransformer>().WithProgress());
        Assert.Contains("Found: nothing, the chain is empty.", error.Message);
    }

    [TestMethod]
    public void TheSearchForBoundsTells()
    {
        var pipeline = TestPipeline.FromMemory(_mlContext, QuickOptions()).WithProgress(_output);

        _mlContext.MulticlassClassification.FindPlrsBounds(Images(), pipeline, new() { Seeds = 1, Steps = 54 });

        Assert.AreEqual("reading 6 images|finding the bounds of PLRS by a range test of at most 54 steps|", _output.ToString());
    }

    public void Dispose() => _output.Dispose();

    private static TorchImageClassificationTrainer.Options QuickOptions()
    {
        var options = TestPipeline.QuickOptions(epochs: 1);
        options.Images.Size = 8;
        return options;
    }

    private IDataView Images() => _mlContext.Data.LoadFromEnumerable(TestPipeline.Images(6));

    /// <summary>Asserts the lines; a star stands for a number.</summary>
    private void AssertTold()
    {
        var told = Regex.Replace(_output.ToString().TrimEnd('|'), @"(?<=loss |accuracy |after )\d+[.:]\d+", "*");
        Assert.AreEqual(Output, told);
    }
}
