using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using Plrs.MLNet.Scoring;
using Plrs.MLNet.Tests.Support;

namespace Plrs.MLNet.Tests.ImageClassification;

/// <summary>What <see cref="MLContext"/> says of GPUs and of temporary files, on a machine without a GPU.</summary>
[TestClass]
public sealed class ContextSettingsTests
{
    [TestMethod]
    public void AGpuThatTheContextNamesMustBeThereToTrain()
    {
        var error = Assert.ThrowsExactly<InvalidOperationException>(() => Fit(new MLContext(seed: 1) { GpuDeviceId = 99 }));

        Assert.StartsWith("MLContext.GpuDeviceId is 99, but TorchSharp finds ", error.Message);
        Assert.EndsWith("or set MLContext.FallbackToCpu to true to train on the CPU then.", error.Message);
    }

    [TestMethod]
    public void WithFallbackTheCpuTrainsWithAWarning()
    {
        var mlContext = new MLContext(seed: 1) { GpuDeviceId = 99, FallbackToCpu = true };
        var warnings = Warnings(mlContext);

        Fit(mlContext);

        Assert.StartsWith("MLContext.GpuDeviceId is 99, but TorchSharp finds ", warnings.Single());
        Assert.EndsWith(": the CPU trains, as FallbackToCpu allows.", warnings.Single());
    }

    [TestMethod]
    public void TheDeviceOfTheOptionsCountsMore()
    {
        var mlContext = new MLContext(seed: 1) { GpuDeviceId = 99 };
        var warnings = Warnings(mlContext);

        Fit(mlContext, options => options.Steps.Device = TorchDevice.Cpu);

        Assert.IsEmpty(warnings);
    }

    [TestMethod]
    public void AGpuThatTheContextNamesMustBeThereToScore()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("model.zip");
        var trained = new MLContext(seed: 1);
        trained.Model.Save(Fit(trained, options => options.Steps.Device = TorchDevice.Cpu), null, path);

        var error = Assert.ThrowsExactly<InvalidOperationException>(() => Scores(new MLContext { GpuDeviceId = 99 }));

        Assert.StartsWith("MLContext.GpuDeviceId is 99, but the model cannot score there: ", error.Message);
        CollectionAssert.AreEqual(Scores(trained), Scores(new MLContext { GpuDeviceId = 99, FallbackToCpu = true }));

        float[] Scores(MLContext mlContext)
        {
            using var model = (IDisposable)mlContext.Model.Load(path, out _);
            return TestPipeline.Scores((ITransformer)model, mlContext.Data.LoadFromEnumerable(TestPipeline.Images(3)));
        }
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void TheModelKnowsTheContextThatTrainedIt(bool withSchedule)
    {
        var mlContext = new MLContext(seed: 1) { GpuDeviceId = 99, FallbackToCpu = true };
        var options = TestPipeline.QuickOptions(epochs: 1);
        options.Steps.Device = TorchDevice.Cpu;
        var trainer = mlContext.MulticlassClassification.Trainers.TorchImageClassification(options);

        using var transformer = (withSchedule ? trainer.UsePlrs(0.05, 0.1) : trainer).Fit(Keyed(mlContext));

        Assert.AreEqual(new ScoringDevice(99, FallbackToCpu: true), ScoringDevice.Of(transformer.Model.Context));
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void WithoutAWorkspaceTheImageCacheIsInTheContextsTemporaryFolder(bool withSchedule)
    {
        using var folder = new TemporaryFolder();
        var file = folder.File("file");
        File.WriteAllText(file, "");
        var mlContext = new MLContext(seed: 1) { TempFilePath = Path.Combine(file, "temporary") };
        var options = TestPipeline.QuickOptions(epochs: 1);
        options.Images.CacheMode = ImageCacheMode.Disk;
        var trainer = mlContext.MulticlassClassification.Trainers.TorchImageClassification(options);

        // A folder that cannot be made shows where it would be.
        var error = Assert.ThrowsExactly<InvalidOperationException>(
            () => (withSchedule ? trainer.UsePlrs(0.05, 0.1) : trainer).Fit(Keyed(mlContext)));

        Assert.StartsWith($"The image cache in '{mlContext.TempFilePath}' cannot be made: ", error.Message);
    }

    private static IDataView Keyed(MLContext mlContext)
    {
        var data = mlContext.Data.LoadFromEnumerable(TestPipeline.Images(6));
        return mlContext.Transforms.Conversion.MapValueToKey("Label").Fit(data).Transform(data);
    }

    private static TransformerChain<KeyToValueMappingTransformer> Fit(
        MLContext mlContext, Action<TorchImageClassificationTrainer.Options>? change = null)
    {
        var options = TestPipeline.QuickOptions(epochs: 1);
        options.Steps.Device = TorchDevice.Auto;
        change?.Invoke(options);
        return TestPipeline.FromMemory(mlContext, options).Fit(mlContext.Data.LoadFromEnumerable(TestPipeline.Images(6)));
    }

    private static List<string> Warnings(MLContext mlContext)
    {
        var warnings = new List<string>();
        mlContext.Log += (_, e) =>
        {
            if (e.IsWarning())
            {
                warnings.Add(e.RawMessage);
            }
        };
        return warnings;
    }
}
