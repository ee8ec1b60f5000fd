using Microsoft.ML;
using Plrs.MLNet.ImageClassification;
using Plrs.MLNet.Schedules;
using Plrs.MLNet.Tests.Networks;
using Plrs.MLNet.Tests.Support;

namespace Plrs.MLNet.Tests.ImageClassification;

[TestClass]
public sealed class ClassBalanceOptionTests
{
    public static readonly ClassBalance StripesCountDouble = ClassBalance.ClassWeights(
        new Dictionary<string, float> { ["disc"] = 1, ["square"] = 1, ["stripes"] = 2 });

    [TestMethod]
    public void BalancedWeightsAreTheImagesSharedByTheClasses()
    {
        CollectionAssert.AreEqual(new[] { 2f, 0.5f, 1f, 2f }, ClassWeights.Balanced([2, 8, 4, 2]));
        CollectionAssert.AreEqual(new[] { 1.5f, 0f, 0.75f }, ClassWeights.Balanced([3, 0, 6]), "A class without images has none to weigh.");
    }

    [TestMethod]
    public void AWeightedLossIsThatOfItsWeightsByName()
    {
        // 12 discs and 4 squares.
        var given = ClassBalance.ClassWeights(new Dictionary<string, float> { ["square"] = 16 / (2f * 4), ["disc"] = 16 / (2f * 12) });
        var (weighted, plain, sampled) = (
            Train(ClassBalance.BalancedClassWeights), Train(ClassBalance.None), Train(ClassBalance.WeightedSampler));

        CollectionAssert.AreEqual(weighted, Train(given));
        CollectionAssert.AreNotEqual(weighted, plain);
        CollectionAssert.AreNotEqual(sampled, plain);
        CollectionAssert.AreNotEqual(sampled, weighted);
    }

    [TestMethod]
    public void EqualWeightsAreNone() => CollectionAssert.AreEqual(
        Train(ClassBalance.None), Train(ClassBalance.ClassWeights(new Dictionary<string, float> { ["square"] = 1, ["disc"] = 1 })));

    [TestMethod]
    public void NamesAreThoseOfTheLabelsKey()
    {
        Refuse(new() { ["disc"] = 1 }, "no weight for 'square'");
        Refuse(new() { ["disc"] = 1, ["square"] = 1, ["Square"] = 1 }, "one for 'Square', which is no class");
        Refuse(new() { ["disc"] = 1, ["sqare"] = 1 }, "no weight for 'square', and one for 'sqare', which is no class");

        static void Refuse(Dictionary<string, float> weights, string fault)
        {
            var error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Train(ClassBalance.ClassWeights(weights)));
            Assert.AreEqual("ClassBalance", error.ParamName);
            Assert.StartsWith(
                $"Steps.ClassBalance has {fault}. The classes of label column 'Label' are 'disc', 'square'; " +
                "each needs a weight, and nothing else has one.",
                error.Message);
        }
    }

    [TestMethod]
    public void AMissingBalanceIsNamed()
    {
        var error = Assert.ThrowsExactly<ArgumentNullException>(() => Train(null!));

        Assert.AreEqual("Steps.ClassBalance", error.ParamName);
        Assert.AreSame(ClassBalance.None, new TorchImageClassificationTrainer.Options().Steps.ClassBalance);
    }

    [TestMethod]
    public void TheValidationsLossIsThePlainOne()
    {
        // A rate that moves nothing: the network is the same in all.
        var plain = Losses(ClassBalance.None, smoothing: 0);
        foreach (var changed in new[]
        {
            Losses(ClassBalance.BalancedClassWeights, smoothing: 0),
            Losses(ClassBalance.None, smoothing: 0.5),
        })
        {
            Assert.AreEqual(plain.Validation, changed.Validation);
            Assert.AreNotEqual(plain.Train, changed.Train);
        }

        static (float Train, float Validation) Losses(ClassBalance balance, double smoothing)
        {
            var losses = new Dictionary<ImageClassificationDataset, float>();
            Train(balance, options =>
            {
                options.Epoch = 1;
                options.Schedule = new ConstantSchedule(1e-30);
                options.ValidationSetFraction = 0.25f;
                options.Steps.LabelSmoothing = smoothing;
                options.MetricsCallback = metrics => losses[metrics.DatasetUsed] = metrics.CrossEntropy;
            });
            return (losses[ImageClassificationDataset.Train], losses[ImageClassificationDataset.Validation]);
        }
    }

    private static byte[] Train(ClassBalance balance, Action<TorchImageClassificationTrainer.Options>? change = null)
    {
        var mlContext = new MLContext(seed: 1);
        var options = TestPipeline.QuickOptions(epochs: 2);
        options.Steps.ClassBalance = balance;
        change?.Invoke(options);
        InMemoryImage[] images =
        [
            .. Enumerable.Range(0, 16).Select(i => i % 4 == 3 ? "square" : "disc")
                .Select((kind, i) => new InMemoryImage { Image = TestImages.Encode(kind, i), Label = kind }),
        ];
        var model = TestPipeline.FromMemory(mlContext, options).Fit(mlContext.Data.LoadFromEnumerable(images));
        return TestNetworks.WeightBytes(TestPipeline.Model(model).Weights);
    }
}
