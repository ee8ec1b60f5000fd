using Plrs.MLNet.Experiments.Comparisons;
using Plrs.MLNet.Experiments.Folders;
using Plrs.MLNet.Experiments.Training;

namespace Plrs.MLNet.Tests.Examples;

[TestClass]
public sealed class ComparisonSettingsTests
{
    private static readonly Example[] Examples = [new("a", "1", () => []), new("b", "2", () => [])];

    [TestMethod]
    public void DefaultsFollowFromWhatTrainingStartsFrom()
    {
        var scratch = Settings(FineTuningName.Scratch).On(new ExampleSet("data", Examples, Examples));
        var fine = Settings(FineTuningName.Gradual, folds: 5).On(new ExampleSet("data", Examples, []));

        Assert.AreEqual((30, 64, 0), (scratch.Epochs, scratch.BatchSize, scratch.Folds));
        Assert.AreEqual((12, 16, 5), (fine.Epochs, fine.BatchSize, fine.Folds));
        Assert.AreEqual((0.1, 0.005), (scratch.Rates().Maximum, fine.Rates().Maximum));
        Assert.AreEqual(15, fine.Runs().Count);
        Assert.AreEqual("plrs-seed1-fold1 plrs-seed1-fold2", string.Join(' ', fine.Runs().Take(2).Select(run => run.Name)));
    }

    [TestMethod]
    public void FoldsAreForDataWithoutTestImages()
    {
        Assert.AreEqual(5, Settings(FineTuningName.Full).On(new ExampleSet("data", Examples, [])).Folds);
        Assert.AreEqual(3, Settings(FineTuningName.Full, folds: 3).On(new ExampleSet("data", Examples, [])).Folds);
        Assert.AreEqual(
            "'path' has images to test with: --folds is for data without.",
            Assert.ThrowsExactly<FolderException>(
                () => Settings(FineTuningName.Full, folds: 5).On(new ExampleSet("data", Examples, Examples))).Message);
    }

    private static ComparisonSettings Settings(FineTuningName fineTuning, int? folds = null) => new()
    {
        Folder = "path",
        Output = "out",
        Arch = "ResNet20",
        FineTuning = fineTuning,
        Schedules = ["plrs"],
        Seeds = [1, 2, 3],
        Folds = folds,
        Epochs = null,
        BatchSize = null,
        ImageSize = null,
        MaximumLearningRate = null,
        AveragingDecay = 0.98,
        MixedPrecision = false,
        Device = TorchDevice.Cpu,
        Task = null,
        Merge = false,
        Target = null,
    };
}
