using Plrs.MLNet.Schedules;
using Plrs.MLNet.Tests.Networks;
using Plrs.MLNet.Torch;
using Plrs.MLNet.Training;

namespace Plrs.MLNet.Tests.Training;

/// <summary>The seam between backward and update.</summary>
[TestClass]
public sealed class GradientReductionTests
{
    [TestMethod]
    public void TheUpdateIsMadeWithWhatItLeaves()
    {
        var doubling = new Doubling();

        Assert.AreEqual(Weights(0.25, null), Weights(0.125, doubling));
        Assert.AreNotEqual(Weights(0.125, null), Weights(0.125, doubling));
        CollectionAssert.AreEqual(new long[] { 0, 1, 2, 3, 0, 1, 2, 3 }, doubling.Steps);
        CollectionAssert.AreEqual(Enumerable.Repeat(ToySession.Settings.BatchSize, 8).ToArray(), doubling.BatchSizes);
    }

    private static string Weights(double rate, IGradientReduction? reduction)
    {
        using var network = new ToyNetwork(classCount: 4);
        using var session = ToySession.Create(
            network,
            [],
            ToySession.Settings with { Schedule = new ConstantSchedule(rate), Optimizer = new SgdOptions(), Reduction = reduction });
        session.Run();
        return TestNetworks.Fingerprint(network);
    }

    private sealed class Doubling : IGradientReduction
    {
        public List<long> Steps { get; } = [];

        public List<int> BatchSizes { get; } = [];

        public void Reduce(ParameterGroups groups, long step, int batchSize)
        {
            Steps.Add(step);
            BatchSizes.Add(batchSize);
            foreach (var group in groups)
            {
                group.All.grad?.mul_(2);
            }
        }
    }
}
