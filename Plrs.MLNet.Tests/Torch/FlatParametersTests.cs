using Plrs.MLNet.Networks;
using Plrs.MLNet.Tests.Networks;
using Plrs.MLNet.Torch;
using static TorchSharp.torch;

namespace Plrs.MLNet.Tests.Torch;

[TestClass]
public sealed class FlatParametersTests
{
    [TestMethod]
    public void MovingChangesNoWeight()
    {
        using var network = TestNetworks.Create();
        var before = TestNetworks.Fingerprint(network);

        using var flat = new FlatParameters(network);

        Assert.AreEqual(before, TestNetworks.Fingerprint(network));
        Assert.AreEqual(network.parameters().Sum(parameter => parameter.numel()), flat.All.numel());
    }

    [TestMethod]
    public void UpdatesAreThoseOfTheSeparateParametersToTheLastBit()
    {
        using var separate = TestNetworks.Create();
        using var separateOptimizer = optim.SGD(separate.parameters(), learningRate: 0.1, momentum: 0.9, weight_decay: 0.01);
        Train(separate, separateOptimizer);

        using var network = TestNetworks.Create();
        using var flat = new FlatParameters(network);
        using var optimizer = optim.SGD([flat.All], learningRate: 0.1, momentum: 0.9, weight_decay: 0.01);
        Train(network, optimizer);

        Assert.AreEqual(TestNetworks.Fingerprint(separate), TestNetworks.Fingerprint(network));
        Assert.AreNotEqual(TestNetworks.Fingerprint(TestNetworks.Create()), TestNetworks.Fingerprint(network));
    }

    [TestMethod]
    public void TheNetworkOutlivesIt()
    {
        using var network = TestNetworks.Create();
        var before = TestNetworks.Fingerprint(network);

        new FlatParameters(network).Dispose();

        Assert.AreEqual(before, TestNetworks.Fingerprint(network));
        Assert.IsTrue(network.parameters().All(parameter => parameter.grad is null));
    }

    private static void Train(GraphModule network, optim.Optimizer optimizer)
    {
        network.train();
        for (var step = 0; step < 3; step++)
        {
            using var scope = NewDisposeScope();
            optimizer.zero_grad();
            nn.functional.cross_entropy(network.forward(TestNetworks.Images(seed: step, count: 4)), tensor(new long[] { 0, 1, 2, 3 })).backward();
            optimizer.step();
        }
    }
}
