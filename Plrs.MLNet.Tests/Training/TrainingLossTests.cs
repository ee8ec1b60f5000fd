using Plrs.MLNet.Training;
using static TorchSharp.torch;

namespace Plrs.MLNet.Tests.Training;

/// <summary>The losses against PyTorch's formulas, computed by hand.</summary>
[TestClass]
public sealed class TrainingLossTests
{
    private const int Step = 4;

    private static readonly float[] Weights = [1, 2, 4];
    private static readonly double[][] Logits = [[1, 2, 3], [0.5, -1, 0], [2, 2, -2], [0, 1, 0]];
    private static readonly int[] Labels = [2, 1, 0, 1];

    [TestMethod]
    public void WithoutOptionsItIsTheMeanCrossEntropy()
    {
        using var scope = NewDisposeScope();
        var (logits, loss) = Forward(ToySession.Settings);

        Assert.AreEqual(nn.functional.cross_entropy(logits, tensor(Labels, ScalarType.Int64)).item<float>(), loss.item<float>());
        Assert.AreEqual(Enumerable.Range(0, 4).Average(i => -LogProbability(Logits[i], Labels[i])), loss.item<float>(), 1e-6);
    }

    [TestMethod]
    public void WeightsMakeItTheWeightedMean()
    {
        using var scope = NewDisposeScope();
        var (_, loss) = Forward(ToySession.Settings with { ClassWeights = Weights });

        var expected = Enumerable.Range(0, 4).Sum(i => -Weights[Labels[i]] * LogProbability(Logits[i], Labels[i]))
            / Labels.Sum(label => Weights[label]);
        Assert.AreEqual(expected, loss.item<float>(), 1e-6);
    }

    [TestMethod]
    public void SmoothingSpreadsAShareOfTheLabelOverAllClasses()
    {
        using var scope = NewDisposeScope();
        var (_, loss) = Forward(ToySession.Settings with { LabelSmoothing = 0.3 });

        var expected = Enumerable.Range(0, 4)
            .Average(i => Enumerable.Range(0, 3).Sum(c => -(0.1 + (c == Labels[i] ? 0.7 : 0)) * LogProbability(Logits[i], c)));
        Assert.AreEqual(expected, loss.item<float>(), 1e-6);
    }

    [TestMethod]
    public void MixupMixesImagesAndLossesAlike()
    {
        using var scope = NewDisposeScope();
        var settings = ToySession.Settings with { MixupAlpha = 1, ClassWeights = Weights };
        var (share, partners) = Mixup.Draw(1, images: 4, settings.Seed, Step);

        var (logits, loss) = Forward(settings);

        double[][] mixed = [.. Enumerable.Range(0, 4)
            .Select(i => Logits[i].Zip(Logits[partners[i]], (own, other) => (share * own) + ((1 - share) * other)).ToArray())];
        CollectionAssert.AreNotEqual(Enumerable.Range(0, 4).ToArray(), partners, "Choose another step.");
        for (var i = 0; i < 12; i++)
        {
            Assert.AreEqual(mixed[i / 3][i % 3], logits[i / 3, i % 3].item<float>(), 1e-6);
        }

        Assert.AreEqual(
            (share * Weighted(Labels)) + ((1 - share) * Weighted([.. partners.Select(partner => Labels[partner])])),
            loss.item<float>(),
            1e-6);

        double Weighted(int[] labels) =>
            Enumerable.Range(0, 4).Sum(i => -Weights[labels[i]] * LogProbability(mixed[i], labels[i]))
                / labels.Sum(label => Weights[label]);
    }

    [TestMethod]
    public void TheNetworkGetsThePrecisionOfTheSettingsAndTheLossIsOfItsLogits()
    {
        using var scope = NewDisposeScope();
        var settings = ToySession.Settings with
        {
            Precision = TrainingPrecision.MixedBFloat16,
            MixupAlpha = 0.2,
            LabelSmoothing = 0.1,
            ClassWeights = Weights,
        };
        using var network = new Identity();

        var (_, loss) = Forward(settings, network);

        Assert.AreEqual(ScalarType.BFloat16, network.Given);
        Assert.AreEqual(ScalarType.Float32, loss.dtype);
        Assert.IsTrue(float.IsFinite(loss.item<float>()));
    }

    private static (Tensor Logits, Tensor Loss) Forward(SessionSettings settings, Identity? network = null)
    {
        using var own = new Identity();
        using var loss = new TrainingLoss(settings);
        var images = tensor([.. Logits.SelectMany(values => values).Select(value => (float)value)], [4, 3]);
        return loss.Forward(network ?? own, images, tensor(Labels, ScalarType.Int64), Step);
    }

    private static double LogProbability(double[] logits, int label) => logits[label] - Math.Log(logits.Sum(Math.Exp));

    /// <summary>Its logits are the images.</summary>
    private sealed class Identity() : nn.Module<Tensor, Tensor>(nameof(Identity))
    {
        public ScalarType? Given { get; private set; }

        public override Tensor forward(Tensor input)
        {
            Given = input.dtype;
            return input.to(ScalarType.Float32);
        }
    }
}
