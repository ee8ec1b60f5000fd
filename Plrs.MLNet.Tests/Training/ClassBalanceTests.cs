using Plrs.MLNet.Tests.Images.Caching;
using Plrs.MLNet.Training;
using static TorchSharp.torch;

namespace Plrs.MLNet.Tests.Training;

[TestClass]
public sealed class ClassBalanceTests
{
    [TestMethod]
    public void WeightsAreCopiedAndSaidInOneOrder()
    {
        var given = new Dictionary<string, float> { ["dog"] = 2.5f, ["cat"] = 1 };
        var balance = ClassBalance.ClassWeights(given);
        given["cat"] = 7;

        Assert.AreEqual("weights 'cat' 1, 'dog' 2.5", balance.ToString());
        Assert.AreEqual(1f, balance.WeightsByName!["cat"]);
        Assert.AreEqual(
            "none, weighted loss, sampling",
            string.Join(", ", ClassBalance.None, ClassBalance.BalancedClassWeights, ClassBalance.WeightedSampler));
    }

    [TestMethod]
    [DataRow(0f)]
    [DataRow(-1f)]
    [DataRow(float.NaN)]
    [DataRow(float.PositiveInfinity)]
    public void AWeightThatIsNoneIsRefusedByName(float weight)
    {
        var error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(
            () => ClassBalance.ClassWeights(new Dictionary<string, float> { ["cat"] = 1, ["dog"] = weight }));

        Assert.AreEqual("weights['dog']", error.ParamName);
        Assert.StartsWith("weights['dog'] is ", error.Message);
        Assert.ThrowsExactly<ArgumentNullException>(() => ClassBalance.ClassWeights(null!));
    }

    /// <summary>
    /// A training of one image in ten of a class sees it as often as the other where it samples, and else as often as it is there.
    /// </summary>
    [TestMethod]
    [DataRow(false, "18 2 18 2")]
    [DataRow(true, "10 10 10 10")]
    public void ATrainingSeesAsManyImagesOfEachClass(bool isSampling, string seen)
    {
        // Images of one grey for each class, which normalisation leaves in their order.
        int[] classes = [.. Enumerable.Range(0, 20).Select(i => i < 18 ? 0 : 1)];
        byte[][] images = [.. classes.Select(number => Enumerable.Repeat((byte)(number == 0 ? 50 : 200), 12).ToArray())];
        using var network = new Counting();
        var settings = ToySession.Settings with { SamplesClassesEqually = isSampling, BatchSize = 4 };
        var epochs = new List<string>();
        var recorder = new Recorder("", []) { On = (what, _) => Note(what) };
        using (var session = new TrainingSession(
            settings,
            TrainingData.Create(TestSets.Of(images, classes), TestSets.Of()).Images(augmentation: null, seed: 1),
            network,
            [recorder]))
        {
            session.Run();
        }

        Assert.AreEqual(seen, string.Join(' ', epochs));

        void Note(string what)
        {
            if (what.EndsWith("trained", StringComparison.Ordinal))
            {
                epochs.Add($"{network.Dark} {network.Bright}");
                (network.Dark, network.Bright) = (0, 0);
            }
        }
    }

    private sealed class Counting : nn.Module<Tensor, Tensor>
    {
        private readonly ToyNetwork _network = new(classCount: 2);

        public Counting()
            : base(nameof(Counting)) => register_module("network", _network);

        public long Dark { get; set; }

        public long Bright { get; set; }

        public override Tensor forward(Tensor input)
        {
            var bright = input.mean([1, 2, 3]).gt(0).sum().item<long>();
            Bright += bright;
            Dark += input.shape[0] - bright;
            return _network.forward(input);
        }
    }
}
