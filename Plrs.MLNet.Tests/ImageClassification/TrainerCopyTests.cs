using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using Plrs.MLNet.Tests.Support;

namespace Plrs.MLNet.Tests.ImageClassification;

[TestClass]
public sealed class TrainerCopyTests
{
    [TestMethod]
    public void EveryCopyKnowsWhatTheContextSays()
    {
        using var temporary = new TemporaryFolder();
        var mlContext = new MLContext(seed: 11) { TempFilePath = temporary.Path, GpuDeviceId = 3, FallbackToCpu = false };
        var trainer = mlContext.MulticlassClassification.Trainers.TorchImageClassification(TestPipeline.QuickOptions());
        for (var copies = 0; copies < 4; copies++)
        {
            var host = HostOf(trainer);
            Assert.AreEqual(
                (11, temporary.Path, 3, false), (host.Seed, host.TempFilePath, host.GpuDeviceId, host.FallbackToCpu), $"{copies} copies");
            trainer = trainer.UsePlrs(0.1, 0.2);
        }
    }

    private static IHostEnvironmentInternal HostOf(TorchImageClassificationTrainer trainer) =>
        (IHostEnvironmentInternal)typeof(TorchImageClassificationTrainer)
            .GetField("Host", BindingFlags.Instance | BindingFlags.NonPublic)!.GetValue(trainer)!;
}
