using Plrs.MLNet.Tests.Checkpoints;

namespace Plrs.MLNet.Tests.ImageClassification;

[TestClass]
public sealed class ConcurrentTrainingTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [TestMethod]
    public async Task TrainingsAtOnceGiveWhatEachGivesAlone()
    {
        string[] variants = [.. QuickRun.Variants.Keys];
        var alone = variants.Select(variant => QuickRun.Train(QuickRun.QuickOptions(variant)).Weights).ToList();

        // All make their first step, then all the second, and so on: none can be over before another begins. Some have more steps than
        // others.
        using var step = new Barrier(variants.Length);
        var trainings = variants.Select(variant => Task.Factory.StartNew(
            () =>
            {
                try
                {
                    return QuickRun.Train(
                        QuickRun.QuickOptions(variant),
                        onStep: (_, _) => Assert.IsTrue(step.SignalAndWait(Patience), "The other trainings do not keep up.")).Weights;
                }
                finally
                {
                    step.RemoveParticipant();
                }
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default));
        var together = await Task.WhenAll(trainings);

        CollectionAssert.AreEqual(alone, together);
        Assert.AreEqual(variants.Length, alone.Distinct().Count(), "The trainings must differ for this test to tell.");
    }
}
