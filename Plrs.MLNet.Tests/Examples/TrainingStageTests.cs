using Microsoft.ML;
using Plrs.MLNet.Tests.ImageClassification;
using Plrs.MLNet.Training;
using TrainOnFolder;

namespace Plrs.MLNet.Tests.Examples;

/// <summary>examples/TrainOnFolder and plrs tell the stages of a training by the sources of the library's messages.</summary>
[TestClass]
public sealed class TrainingStageTests
{
    [TestMethod]
    public void TheStagesBeforeTheFirstStepAreTold()
    {
        var stages = new List<string?>();
        var options = FineTuningRun.Options(FineTuningRun.Pretrain(), FineTuning.Gradual with { HeadEpochs = 2 });
        options.StepCallback = _ => stages.Add("step");
        var mlContext = new MLContext(seed: 3);
        mlContext.Log += (_, message) => stages.Add(TrainingStage.Of(message.Source));
        var images = mlContext.Data.LoadFromEnumerable(TestPipeline.Images(24));
        var pipeline = TestPipeline.FromMemory(mlContext, options);

        mlContext.MulticlassClassification.FindPlrsBounds(images, pipeline);
        pipeline.Fit(images);

        Assert.AreEqual("range test, computing features, training the head, step", string.Join(", ", stages.OfType<string>().Distinct()));
    }
}
