using CompareSchedules.Contest;
using Plrs.MLNet.Networks;

namespace Plrs.MLNet.Tests.Examples;

/// <summary>The schedules of examples/CompareSchedules have the paper's settings, scaled to the run.</summary>
[TestClass]
public sealed class ContestantTests
{
    [TestMethod]
    [DataRow("cosine", "cosine with warm restarts, 0.1 to 0.0001, first interval 1 epoch, ×2")]
    [DataRow("knee", "knee, 0.1 for 100 epochs, then linear to 0 at epoch 500")]
    [DataRow("one-cycle", "one-cycle, 0.01 to 0.1 and back, then to 0.001, over 500 epochs")]
    [DataRow("constant", "constant 0.1")]
    [DataRow("multi-step", "multi-step 0.1, ×0.1 at epochs 100, 150")]
    [DataRow("plrs", "PLRS U[0.07, 0.1], redrawn every step")]
    [DataRow("plrs-decay", "PLRS U[0.07, 0.1] × (cosine, 1 to 0.01 over 500 epochs), redrawn every step")]
    [DataRow("plrs-momentum", "PLRS U[0.007, 0.01], redrawn every step")]
    public void ThoseOfAResNetOver500Epochs(string name, string words) => Assert.AreEqual(words, Words(name, PaperRates.FromScratch(Network.ResNet110), 500));

    [TestMethod]
    public void ThoseOfTheOtherNetworks()
    {
        var vgg = PaperRates.FromScratch(Network.Vgg16Small);
        var dense = PaperRates.FromScratch(Network.DenseNet40x12);

        Assert.AreEqual("constant 0.05", Words("constant", vgg, 500));
        Assert.StartsWith("multi-step 0.05, ×0.1 at epochs 30, 60, 90, 120, ", Words("multi-step", vgg, 500));
        Assert.AreEqual("multi-step 0.2, ×0.2 at epochs 60, 120", Words("multi-step", PaperRates.FromScratch(Network.WideResNet28x10), 500));
        Assert.AreEqual("multi-step 0.1, ×0.1 at epochs 150, 225", Words("multi-step", dense, 500));
        Assert.AreEqual("PLRS U[0.1, 0.2], redrawn every step", Words("plrs", dense, 500));
        Assert.AreEqual("PLRS U[0.35, 0.4], redrawn every step", Words("plrs", PaperRates.FromScratch(Network.ResNet50), 100));
        Assert.AreEqual("PLRS U[0.002, 0.005], redrawn every step", Words("plrs", PaperRates.ForFineTuning, 6));
    }

    [TestMethod]
    public void AShortRunHasMilestonesThatRise()
    {
        var rates = PaperRates.FromScratch(Network.ResNet20);

        Assert.AreEqual("multi-step 0.1, ×0.1 at epochs 6, 9", Words("multi-step", rates, 30));
        Assert.AreEqual("multi-step 0.1, ×0.1 at epoch 1", Words("multi-step", rates, 3));
        foreach (var contestant in Contestant.All.Where(contestant => contestant.Create is not null))
        {
            contestant.Create!(rates, 1);
        }
    }

    [TestMethod]
    public void AnotherHighestRateScalesAll()
    {
        var rates = PaperRates.FromScratch(Network.ResNet20).WithMaximum(0.02);

        Assert.AreEqual("PLRS U[0.014, 0.02], redrawn every step", Words("plrs", rates, 30));
        Assert.AreEqual("constant 0.02", Words("constant", rates, 30));
        Assert.AreEqual("cosine with warm restarts, 0.02 to 2E-05, first interval 1 epoch, ×2", Words("cosine", rates, 30));
        Assert.AreEqual("knee, 0.02 for 6 epochs, then linear to 0 at epoch 30", Words("knee", rates, 30));
    }

    private static string Words(string name, PaperRates rates, int epochs) => Contestant.Named(name).Create!(rates, epochs).ToString()!;
}
