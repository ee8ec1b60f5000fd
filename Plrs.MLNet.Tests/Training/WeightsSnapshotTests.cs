using Plrs.MLNet.Tests.Networks;
using Plrs.MLNet.Training;
using static TorchSharp.torch;

namespace Plrs.MLNet.Tests.Training;

[TestClass]
public sealed class WeightsSnapshotTests
{
    [TestMethod]
    public void RestoreGivesBackWeightsAndBuffersOfTheLastTake()
    {
        using var network = TestNetworks.Create();
        using var snapshot = new WeightsSnapshot(network);
        snapshot.Take();
        TestNetworks.TrainOneStep(network, seed: 1);
        var taken = TestNetworks.Fingerprint(network);
        snapshot.Take();
        TestNetworks.TrainOneStep(network, seed: 2);
        Assert.AreNotEqual(taken, TestNetworks.Fingerprint(network));

        snapshot.Restore();

        Assert.AreEqual(taken, TestNetworks.Fingerprint(network));
        Assert.AreEqual(1L, network.state_dict()["bn1.num_batches_tracked"].item<long>());
    }

    [TestMethod]
    public void WithoutATakeTheNetworkKeepsItsWeights()
    {
        using var network = TestNetworks.Create();
        var before = TestNetworks.Fingerprint(network);
        using var snapshot = new WeightsSnapshot(network);

        snapshot.Restore();

        Assert.AreEqual(before, TestNetworks.Fingerprint(network));
    }

    [TestMethod]
    public void TheCopyOutlivesTheScopeThatItWasTakenIn()
    {
        using var network = TestNetworks.Create();
        var before = TestNetworks.Fingerprint(network);
        using var snapshot = new WeightsSnapshot(network);
        using (NewDisposeScope())
        {
            snapshot.Take();
        }

        TestNetworks.TrainOneStep(network);
        snapshot.Restore();

        Assert.AreEqual(before, TestNetworks.Fingerprint(network));
    }

    [TestMethod]
    public void RestoredWeightsCanBeTrainedOn()
    {
        using var network = TestNetworks.Create();
        using var snapshot = new WeightsSnapshot(network);
        snapshot.Take();
        snapshot.Restore();
        var before = TestNetworks.Fingerprint(network);

        TestNetworks.TrainOneStep(network);

        Assert.IsTrue(network.parameters().All(parameter => parameter.requires_grad && parameter.is_leaf));
        Assert.AreNotEqual(before, TestNetworks.Fingerprint(network));
    }
}
