using Plrs.MLNet.ImageClassification.Networks;
using TorchSharp.Modules;
using static TorchSharp.torch;
using Architecture = Plrs.MLNet.ImageClassification.TorchImageClassificationTrainer.Architecture;

namespace Plrs.MLNet.Tests.ImageClassification.Networks;

[TestClass]
public sealed class FoldTests
{
    [TestMethod]
    [DataRow(Architecture.ResNet20, 32)]
    [DataRow(Architecture.ResNet20, 9)]
    [DataRow(Architecture.ResNet56, 16)]
    public void ProbabilitiesAreThoseOfTheNetworkInEvaluation(Architecture architecture, int imageSize)
    {
        using var scope = NewDisposeScope();
        using var network = ImageNetwork.Create(architecture, classCount: 10, seed: 3);
        var images = TestNetworks.Images(seed: 7, count: 6, imageSize);
        SettleStatistics(network, imageSize);

        using var folded = network.Fold();

        using var noGrad = no_grad();
        var expected = nn.functional.softmax(network.forward(images), 1);
        var actual = nn.functional.softmax(folded.forward(images), 1);
        Assert.IsLessThanOrEqualTo(1e-5f, (expected - actual).abs().max().item<float>());
        Assert.IsGreaterThan(1e-3f, (expected[0] - expected[1]).abs().max().item<float>(), "The images must differ for this test to tell.");
    }

    [TestMethod]
    public void AFoldedNetworkHasNoNormalisationAndNothingToTrain()
    {
        using var network = TestNetworks.Create();
        var before = TestNetworks.Fingerprint(network);

        using var folded = network.Fold();

        Assert.IsEmpty(folded.modules().OfType<BatchNorm2d>());
        Assert.HasCount(2 * 20, folded.parameters());
        Assert.IsEmpty(folded.parameters().Where(parameter => parameter.requires_grad));
        Assert.IsFalse(folded.training);
        Assert.AreEqual(before, TestNetworks.Fingerprint(network));
    }

    [TestMethod]
    public void ItOutlivesTheScopeItIsMadeIn()
    {
        using var network = TestNetworks.Create();
        ImageNetwork folded;
        using (NewDisposeScope())
        {
            folded = network.Fold();
        }

        using var scope = NewDisposeScope();
        Assert.IsTrue(folded.forward(TestNetworks.Images(seed: 1, count: 2)).isfinite().all().item<bool>());
        folded.Dispose();
    }

    // The running statistics follow those of the batches slowly.
    private static void SettleStatistics(ImageNetwork network, int imageSize)
    {
        TestNetworks.TrainOneStep(network);
        using var noGrad = no_grad();
        for (var i = 0; i < 30; i++)
        {
            network.forward(TestNetworks.Images(seed: i, count: 8, imageSize));
        }

        network.eval();
    }
}
