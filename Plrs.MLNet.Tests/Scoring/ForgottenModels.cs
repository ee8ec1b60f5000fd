using Microsoft.ML;
using Plrs.MLNet.Tests.ImageClassification;
using Plrs.MLNet.Tests.Support;

namespace Plrs.MLNet.Tests.Scoring;

/// <summary>Models and prediction engines that nobody disposes of.</summary>
[TestClass]
public sealed class ForgottenModels
{
    private const int Loads = 200;
    private const int EarlyLoads = 40;

    /// <summary>What the process does that the test starts.</summary>
    public static void Run(string model)
    {
        var image = TestPipeline.Images(1)[0];
        for (var i = 1; i <= Loads; i++)
        {
            var mlContext = new MLContext();
            mlContext.Model.CreatePredictionEngine<InMemoryImage, ImagePrediction>(mlContext.Model.Load(model, out _)).Predict(image);
            if (i is EarlyLoads or Loads)
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
                GC.Collect();
                Console.WriteLine(Environment.WorkingSet >> 20);
            }
        }
    }

    [TestMethod]
    public void TheyGiveTheirNativeMemoryBack()
    {
        using var folder = new TemporaryFolder();
        var model = folder.File("model.zip");
        File.WriteAllBytes(model, ScoredImages.Saved);

        var (early, late) = ChildProcess.LoadManyTimes(model);

        // A session takes 1.5 MiB: 160 that stayed would be 240.
        Assert.IsLessThan(early + 100, late, $"{early} MiB after {EarlyLoads} loads, {late} after {Loads}.");
    }
}
