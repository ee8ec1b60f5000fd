using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using Plrs.MLNet.Networks;
using Plrs.MLNet.Tests.Support;
using static TorchSharp.torch;
using Architecture = Plrs.MLNet.ImageClassification.TorchImageClassificationTrainer.Architecture;

namespace Plrs.MLNet.Tests.Networks;

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
        var actual = nn.functional.softmax(folded.Forward(images), 1);
        Assert.IsLessThanOrEqualTo(1e-5f, (expected - actual).abs().max().item<float>());
        Assert.IsGreaterThan(1e-3f, (expected[0] - expected[1]).abs().max().item<float>(), "The images must differ for this test to tell.");
    }

    [TestMethod]
    [DataRow(Architecture.ResNet20, 7)]
    [DataRow(Architecture.ResNet20, 32)]
    [DataRow(Architecture.ResNet20, 96)]
    [DataRow(Architecture.ResNet110, 16)]
    public void AnImagesLogitsAreTheSameBitsAloneAndAmongOthers(Architecture architecture, int imageSize)
    {
        using var scope = NewDisposeScope();
        using var network = ImageNetwork.Create(architecture, classCount: 10, seed: 3);
        network.eval();
        using var folded = network.Fold();

        Assert.AreEqual(0, ScoreComparison.CountDiffering(folded.Forward, TestNetworks.Images(seed: 7, count: 9, imageSize)));
    }

    [TestMethod]
    public void OneDnnsOrderOfTheWeightsIsUsedWhereItIs()
    {
        using var scope = NewDisposeScope();

        var packed = FoldedNetworkScript.Best.invoke<Tensor>("pack", zeros(16, 16, 3, 3));

        // libtorch for x64 has it on every system.
        Assert.IsTrue(IsInAnOrderOfItsOwn(packed) || !X86Base.X64.IsSupported);
    }

    [TestMethod]
    public void WithoutOneDnnTheResultsAreTheSame()
    {
        using var scope = NewDisposeScope();
        using var network = TestNetworks.Create(seed: 3);
        network.eval();
        using var folded = network.Fold();
        using var script = FoldedNetworkScript.Portable();
        using var portable = new FoldedNetwork(FoldedNetworkScript.CifarResNet, network.FoldLayers(), script);
        var images = TestNetworks.Images(seed: 7, count: 20, size: 32);

        Assert.AreEqual(0, ScoreComparison.CountDiffering(portable.Forward, images));
        Assert.IsTrue(portable.Forward(images).allclose(folded.Forward(images), rtol: 1e-4, atol: 1e-5));
    }

    [TestMethod]
    public void TheBitsAreTheSameOnSeveralThreadsToo()
    {
        CollectionAssert.AreEqual(
            new[] { "oneDNN 16: 0", "oneDNN 40: 0", "portable 16: 0", "portable 40: 0" },
            ChildProcess.CompareScores());
    }

    [TestMethod]
    public void FoldingLeavesTheNetworkAsItIs()
    {
        using var network = TestNetworks.Create();
        var before = TestNetworks.Fingerprint(network);
        using var folded = network.Fold();
        using var scope = NewDisposeScope();
        var images = TestNetworks.Images(seed: 1, count: 2);
        var expected = folded.Forward(images);

        Assert.AreEqual(before, TestNetworks.Fingerprint(network));
        TestNetworks.TrainOneStep(network);
        Assert.IsTrue(folded.Forward(images).eq(expected).all().item<bool>(), "The copy shares memory with the network.");
        Assert.IsFalse(expected.requires_grad);
    }

    [TestMethod]
    public void ItOutlivesTheScopeItIsMadeIn()
    {
        using var network = TestNetworks.Create();
        FoldedNetwork folded;
        using (NewDisposeScope())
        {
            folded = network.Fold();
        }

        using var scope = NewDisposeScope();
        Assert.IsTrue(folded.Forward(TestNetworks.Images(seed: 1, count: 2)).isfinite().all().item<bool>());
        folded.Dispose();
    }

    private static bool IsInAnOrderOfItsOwn(Tensor tensor)
    {
        try
        {
            return tensor.bytes.IsEmpty;
        }
        catch (ExternalException)
        {
            return true;
        }
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
