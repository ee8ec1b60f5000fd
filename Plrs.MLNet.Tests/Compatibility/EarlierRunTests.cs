using Plrs.MLNet.Tests.Support;
using Plrs.MLNet.Torch;

namespace Plrs.MLNet.Tests.Compatibility;

/// <summary>Models and checkpoints that earlier versions made: every later version must load them.</summary>
[TestClass]
public sealed class EarlierRunTests
{
    // Other vector instructions round otherwise; in training, every step adds to it.
    private const float RoundingInScoring = 1e-5f;
    private const float RoundingInTraining = 1e-3f;

    // Made with ML.NET 5.0.1, before 1.0.
    private const string BeforeOne = "mlnet-5.0.1";

    public static IEnumerable<(string Version, string Kind)> Released =>
        from folder in Directory.GetDirectories(EarlierRun.Folder(""))
        let version = Path.GetFileName(folder)
        where version != BeforeOne
        from kind in EarlierRun.Kinds.Keys
        select (version, kind);

    [TestMethod]
    [DynamicData(nameof(Released))]
    public void AModelScoresAsItDid(string version, string kind)
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

        var model = mlContext.Model.Load(EarlierRun.ModelFile(folder, kind), out _);

        Assert.IsEmpty(warnings);
        AssertSame(EarlierRun.Scores(folder, kind), EarlierRun.Scores(model, EarlierRun.Images(mlContext, folder)), RoundingInScoring);
    }

    [TestMethod]
    [DynamicData(nameof(Released))]
    public void ACheckpointResumesToTheSameModel(string version, string kind)
    {
        var folder = EarlierRun.Folder(version);
        var mlContext = EarlierRun.Context();
        var images = EarlierRun.Images(mlContext, folder);
        using var workspace = new TemporaryFolder();
        var checkpoint = workspace.File("checkpoint.plrs");
        File.Copy(EarlierRun.CheckpointFile(folder, kind), checkpoint);
        var firstStep = -1L;

        var model = EarlierRun.Pipeline(mlContext, kind, options =>
        {
            options.Checkpoints.ResumeFrom = CheckpointSource.File(checkpoint);
            options.Reporting.Observers = [new Watching { Step = step => firstStep = firstStep < 0 ? step.Step.Index : firstStep }];
        }).Fit(images);

        Assert.AreEqual(4, firstStep);
        AssertSame(EarlierRun.Scores(folder, kind), EarlierRun.Scores(model, images), RoundingInTraining);
    }

    [TestMethod]
    public void AModelFromBeforeOneLoadsWithAWarning()
    {
        var folder = EarlierRun.Folder(BeforeOne);
        var mlContext = EarlierRun.Context();
        var warnings = new List<string>();
        mlContext.Log += (_, e) =>
        {
            if (e.IsWarning())
            {
                warnings.Add(e.RawMessage);
            }
        };

        var model = mlContext.Model.Load(EarlierRun.ModelFile(folder, "scratch"), out _);

        Assert.AreEqual(
            "The images that the model was trained on were resized by SkiaSharp's 'medium' filter, and are resized by 'triangle 1' here. " +
            "Its probabilities may differ by some hundredths. Train it again for the same in both.",
            warnings.Single());
        AssertSame(EarlierRun.Scores(folder, "scratch"), EarlierRun.Scores(model, EarlierRun.Images(mlContext, folder)), RoundingInScoring);
    }

    [TestMethod]
    public void ThereAreFilesOfOne() =>
        CollectionAssert.IsSubsetOf(EarlierRun.Kinds.Keys.Select(kind => ("1.0.0", kind)).ToList(), Released.ToList());

    // To the bit on a processor of the kind that made them.
    private static void AssertSame(EarlierScores expected, float[] actual, float tolerance)
    {
        Assert.HasCount(expected.Values.Length, actual);
        for (var i = 0; i < actual.Length; i++)
        {
            Assert.AreEqual(expected.Values[i], actual[i], expected.Processor == Processor.Here.ToString() ? 0 : tolerance, $"score {i}");
        }
    }
}
