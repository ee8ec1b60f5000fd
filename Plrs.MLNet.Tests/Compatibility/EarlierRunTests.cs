using Plrs.MLNet.Checkpoints;
using Plrs.MLNet.Tests.Support;

namespace Plrs.MLNet.Tests.Compatibility;

/// <summary>Models and checkpoints that earlier versions made.</summary>
[TestClass]
public sealed class EarlierRunTests
{
    // Other vector instructions round otherwise; in training, every step adds to it.
    private const float RoundingInScoring = 1e-5f;
    private const float RoundingInTraining = 1e-3f;

    public static IEnumerable<string> Versions => Directory.GetDirectories(EarlierRun.Folder("")).Select(folder => Path.GetFileName(folder));

    [TestMethod]
    [DynamicData(nameof(Versions))]
    public void AModelScoresAsItDid(string version)
    {
        var folder = EarlierRun.Folder(version);
        var mlContext = EarlierRun.Context();
        var warnings = new List<string>();
        mlContext.Log += (_, e) =>
        {
            if (e.IsWarning())
            {
                warnings.Add(e.RawMessage);
            }
        };

        var model = mlContext.Model.Load(Path.Combine(folder, EarlierRun.ModelFile), out _);

        Assert.AreEqual(
            "The images that the model was trained on were resized by SkiaSharp's 'medium' filter, and are resized by 'triangle 1' here. " +
            "Its probabilities may differ by some hundredths. Train it again for the same in both.",
            warnings.Single());
        AssertClose(EarlierRun.Scores(folder), EarlierRun.Scores(model, EarlierRun.Images(mlContext, folder)), RoundingInScoring);
    }

    [TestMethod]
    [DynamicData(nameof(Versions))]
    public void ACheckpointGoesOnToTheSameModel(string version)
    {
        var folder = EarlierRun.Folder(version);
        var mlContext = EarlierRun.Context();
        var images = EarlierRun.Images(mlContext, folder);
        using var workspace = new TemporaryFolder();
        var checkpoint = workspace.File(EarlierRun.CheckpointFile);
        File.Copy(Path.Combine(folder, EarlierRun.CheckpointFile), checkpoint);
        var firstStep = -1L;

        var model = EarlierRun.Pipeline(mlContext, options =>
        {
            options.Checkpoints.ResumeFrom = CheckpointSource.File(checkpoint);
            options.Reporting.Observers = [.. options.Reporting.Observers, new Watching { Step = step => firstStep = firstStep < 0 ? step.Step.Index : firstStep }];
        }).Fit(images);

        Assert.AreEqual(4, firstStep);
        AssertClose(EarlierRun.Scores(folder), EarlierRun.Scores(model, images), RoundingInTraining);
    }

    [TestMethod]
    public void ThereAreFilesOfEveryVersion() => Assert.Contains("mlnet-5.0.1", Versions);

    private static void AssertClose(float[] expected, float[] actual, float tolerance)
    {
        Assert.HasCount(expected.Length, actual);
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.AreEqual(expected[i], actual[i], tolerance, $"score {i}");
        }
    }
}
