using Plrs.MLNet.Tests.Support;

namespace Plrs.MLNet.Tests.Checkpoints;

[TestClass]
public sealed class KillTests
{
    [TestMethod]
    [DataRow("SGD with momentum, early stopping", 1L, new[] { 1, 3, 6, 2 })]
    [DataRow("AdamW, augmentation", 1L, new[] { 2, 7 })]
    [DataRow("SGD with momentum, early stopping", TimeSpan.TicksPerHour, new[] { 6, 7 })]
    public void ARunKilledAgainAndAgainEndsWithTheWeightsOfAnUninterruptedOne(string variant, long intervalTicks, int[] kills)
    {
        using var folder = new TemporaryFolder();
        var weights = folder.File("weights.txt");
        var workspace = folder.File("workspace");

        foreach (var kill in kills)
        {
            ChildProcess.Train(kill, variant, workspace, TimeSpan.FromTicks(intervalTicks), weights);
            Assert.IsFalse(File.Exists(weights));
        }

        ChildProcess.Train(killAfter: null, variant, workspace, TimeSpan.FromTicks(intervalTicks), weights);

        Assert.AreEqual(QuickRun.Train(CheckpointedTraining.Options(variant)).Weights, File.ReadAllText(weights));
        Assert.IsEmpty(Directory.GetFiles(QuickRun.RunFolder(workspace), "*.tmp"));
    }
}
