using Plrs.MLNet.Schedules;
using static TorchSharp.torch;

namespace Plrs.MLNet.Tests.RangeTest;

[TestClass]
[DoNotParallelize]
public sealed class PlrsRangeTestTests
{
    private static readonly PlrsRangeTestOptions Defaults = new();

    [TestMethod]
    [DataRow(2)]
    [DataRow(10)]
    [DataRow(1000)]
    public void TheBoundsOfAQuadraticFunctionFollowItsSmoothness(double smoothness)
    {
        var bounds = PlrsRangeTest.Run(Loops.Quadratic(smoothness));

        Assert.IsTrue(bounds.IsUsable, bounds.Reason);

        // With L_min = 0.7 L_max, steps shrink the mean of the squared distance to the minimum up to L_max = 2.33/β.
        Assert.IsInRange(0.1 / smoothness, 2.33 / smoothness, bounds.MaximumLearningRate);
        Assert.IsInRange(1 / smoothness, 6 / smoothness, bounds.TurningLearningRate);
        Assert.AreEqual(0.7, bounds.MinimumLearningRate / bounds.MaximumLearningRate, 0.05);
        Assert.AreEqual(RangeTestConfidence.Medium, bounds.Confidence, "One sweep alone.");
        Assert.HasCount(1, bounds.Curves);
    }

    [TestMethod]
    public void TheLossStillFallsAtTheProposedMaximum()
    {
        var bounds = PlrsRangeTest.Run(Loops.Quadratic(10));

        var curve = bounds.Curves.Single();
        var proposed = curve.LearningRates.ToList().FindLastIndex(rate => rate <= bounds.MaximumLearningRate);
        Assert.IsGreaterThan(curve.SmoothedLosses[proposed], curve.SmoothedLosses[proposed - 1]);
        Assert.IsGreaterThan(curve.SmoothedLosses[proposed + 1], curve.SmoothedLosses[proposed]);
        Assert.IsLessThan(120, curve.Losses.Count, "It stops where it diverges.");
    }

    [TestMethod]
    public void AnInfiniteLossEndsTheSweep()
    {
        var bounds = PlrsRangeTest.Run(Loops.Falling(infiniteAt: 0.5));

        var curve = bounds.Curves.Single();
        Assert.AreEqual(double.PositiveInfinity, curve.Losses[^1]);
        Assert.IsTrue(bounds.TurningLearningRate is >= 0.5 and < 0.57);
        Assert.IsTrue(bounds.MaximumLearningRate is > 0.1 and < 0.5);
    }

    [TestMethod]
    public void AFlatLossHasNoRange()
    {
        var bounds = PlrsRangeTest.Run(_ => 2.3);

        Assert.StartsWith("The loss is flat: its smoothed value, 2.3 at first, fell by no more than ", bounds.Reason);
        Assert.EndsWith(". Start from weights that have something left to learn, or set HighestLearningRate higher.", bounds.Reason);
        Assert.AreEqual(RangeTestConfidence.None, bounds.Confidence);
        Assert.AreEqual($"no usable range. {bounds.Reason}", bounds.ToString());
        Assert.IsTrue(double.IsNaN(bounds.Spread));
        var error = Assert.ThrowsExactly<InvalidOperationException>(() => bounds.MaximumLearningRate);
        Assert.AreEqual($"The range test found no usable range. {bounds.Reason}", error.Message);
        Assert.ThrowsExactly<InvalidOperationException>(() => bounds.CreateSchedule());
    }

    [TestMethod]
    public void ANoisyLossHasNoRange()
    {
        var bounds = PlrsRangeTest.Run(Loops.Scattered(mean: 2, width: 3));

        Assert.StartsWith("The loss is too noisy: its smoothed value, ", bounds.Reason);
        Assert.EndsWith("Take larger batches, or more Steps with a higher Smoothing.", bounds.Reason);
    }

    [TestMethod]
    public void ALossThatIsNoNumberAtOnceHasNoRange()
    {
        var bounds = PlrsRangeTest.Run(_ => double.NaN);

        Assert.AreEqual(
            "The loss turned up after 0 steps, at the learning rate 1E-05, before it had fallen: " +
            "set LowestLearningRate lower, or take more Steps.",
            bounds.Reason);
        Assert.HasCount(1, bounds.Curves.Single().Losses);
    }

    [TestMethod]
    public void ALossThatNeverRisesHasNoRange()
    {
        var bounds = PlrsRangeTest.Run(Loops.Falling());

        Assert.AreEqual(
            "The loss still fell, or stayed low, at the highest learning rate, 10: set HighestLearningRate higher.", bounds.Reason);
        Assert.HasCount(120, bounds.Curves.Single().Losses);
    }

    [TestMethod]
    public void SeveralSweepsGiveTheirLowerMedianAndSpread()
    {
        double[] smoothness = [10, 12, 100, 11];
        var bounds = PlrsRangeTest.RunSeeds(seed => Loops.Quadratic(smoothness[seed]), new PlrsRangeTestOptions { Seeds = 4 });

        double[] maxima = [.. bounds.Curves.Select(curve => curve.MaximumLearningRate)];
        CollectionAssert.AreEqual(new[] { 0, 1, 2, 3 }, bounds.Curves.Select(curve => curve.Seed).ToList());
        Assert.IsInRange(0.9 * maxima[1], maxima[1], bounds.MaximumLearningRate, "The second lowest, rounded down to two digits.");
        Assert.AreEqual(maxima.Max() / maxima[2], bounds.Spread);
        Assert.AreEqual(RangeTestConfidence.Low, bounds.Confidence);
    }

    [TestMethod]
    public void SweepsThatAgreeAreConfident()
    {
        var bounds = PlrsRangeTest.RunSeeds(seed => Loops.Quadratic(10 + seed));

        Assert.HasCount(3, bounds.Curves);
        Assert.AreEqual(RangeTestConfidence.High, bounds.Confidence);
        Assert.EndsWith(
            $"confidence High, 3 sweeps, maxima within a factor of {FormattableString.Invariant($"{bounds.Spread:G2}")}",
            bounds.ToString());
    }

    [TestMethod]
    public void OneSweepOfThreeMayBeUnusable()
    {
        Assert.AreEqual(RangeTestConfidence.Low, PlrsRangeTest.RunSeeds(seed => seed == 0 ? _ => 1 : Loops.Quadratic(10)).Confidence);
        var two = PlrsRangeTest.RunSeeds(seed => seed < 2 ? _ => 1 : Loops.Quadratic(10));
        Assert.IsFalse(two.IsUsable);
        Assert.StartsWith("Seed 0: The loss is flat", two.Reason);
        Assert.Contains("Seed 1: The loss is flat", two.Reason!);
    }

    [TestMethod]
    public void TheRatioOfTheBoundsIsTheOptions()
    {
        var bounds = PlrsRangeTest.Run(Loops.Quadratic(10), new PlrsRangeTestOptions { MinimumRatio = 0.5 });

        Assert.AreEqual(0.5, bounds.MinimumLearningRate / bounds.MaximumLearningRate, 0.03);
        Assert.AreEqual(bounds.CreateSchedule(seed: 3), new PlrsSchedule(bounds.MinimumLearningRate, bounds.MaximumLearningRate, seed: 3));
    }

    [TestMethod]
    public void ANetworkHasItsWeightsAndBuffersBack()
    {
        using var scope = NewDisposeScope();
        using var generator = manual_seed(5);
        using var network = nn.Sequential(
            ("linear", nn.Linear(4, 8)), ("norm", nn.BatchNorm1d(8)), ("relu", nn.ReLU()), ("out", nn.Linear(8, 1)));
        var inputs = randn(64, 4);
        var labels = inputs.select(1, 0).unsqueeze(1);
        var before = network.state_dict().ToDictionary(entry => entry.Key, entry => entry.Value.clone());

        var bounds = PlrsRangeTest.RunNetwork(
            network,
            parameters => optim.SGD(parameters, 0.1),
            () => nn.functional.mse_loss(network.forward(inputs), labels),
            new PlrsRangeTestOptions { HighestLearningRate = 1000, Seeds = 2 });

        Assert.IsTrue(bounds.IsUsable, bounds.Reason);
        CollectionAssert.AreEqual(
            bounds.Curves[0].Losses.ToList(), bounds.Curves[1].Losses.ToList(), "Both sweeps start from the same weights.");
        foreach (var (name, value) in network.state_dict())
        {
            Assert.IsTrue(value.equal(before[name]).all().item<bool>(), name);
        }
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void BuffersArePutBackWhetherTheyArePersistentOrNot(bool isPersistent)
    {
        using var counting = new Counting(nn.Linear(1, 1), isPersistent);
        using var network = nn.Sequential(("inner", counting));
        using var inputs = ones(1, 1);
        using var labels = zeros(1, 1);

        PlrsRangeTest.RunNetwork(
            network, parameters => optim.SGD(parameters, 0.1), () => nn.functional.mse_loss(network.forward(inputs), labels));

        Assert.IsGreaterThan(0, counting.Calls);
        Assert.AreEqual(0f, counting.Count.item<float>());
    }

    [TestMethod]
    public void ACallersNoGradDoesNotMatter()
    {
        using var network = nn.Linear(1, 1);
        using var inputs = ones(1, 1);
        using var labels = zeros(1, 1);
        var outside = Losses();
        using (no_grad())
        {
            CollectionAssert.AreEqual(outside, Losses());
            Assert.IsFalse(is_grad_enabled());
        }

        double[] Losses() =>
        [
            .. PlrsRangeTest.RunNetwork(
                network, parameters => optim.SGD(parameters, 0.1), () => nn.functional.mse_loss(network.forward(inputs), labels))
                .Curves.SelectMany(curve => curve.Losses),
        ];
    }

    [TestMethod]
    public void ItStopsWhenAsked()
    {
        using var stop = new CancellationTokenSource();
        var steps = 0;

        Assert.ThrowsExactly<OperationCanceledException>(() => PlrsRangeTest.Run(
            _ =>
            {
                if (++steps == 3)
                {
                    stop.Cancel();
                }

                return 1;
            },
            new PlrsRangeTestOptions { StopToken = stop.Token }));

        Assert.AreEqual(3, steps);
    }

    [TestMethod]
    public void RatesRiseByTheSameFactorOrAmount()
    {
        var exponential = new List<double>();
        var linear = new List<double>();
        PlrsRangeTest.Run(
            Into(exponential), new PlrsRangeTestOptions { LowestLearningRate = 0.001, HighestLearningRate = 0.1, Steps = 41 });
        PlrsRangeTest.Run(
            Into(linear), new PlrsRangeTestOptions { LowestLearningRate = 0.02, HighestLearningRate = 0.1, Steps = 41, IsLinear = true });

        Assert.AreEqual((0.001, 0.1, 41), (exponential[0], exponential[^1], exponential.Count));
        Assert.AreEqual(0.01, exponential[20], 1e-12);
        Assert.AreEqual((0.02, 0.1), (linear[0], linear[^1]));
        Assert.AreEqual(0.06, linear[20], 1e-12);

        static Func<double, double> Into(List<double> rates) => rate =>
        {
            rates.Add(rate);
            return 1;
        };
    }

    [TestMethod]
    [DataRow(0.0, 10.0, 120, 3, 0.9, 4.0, 0.7, "LowestLearningRate is 0; it must be finite and greater than 0.")]
    [DataRow(double.NaN, 10.0, 120, 3, 0.9, 4.0, 0.7, "LowestLearningRate is NaN; it must be finite and greater than 0.")]
    [DataRow(0.1, 0.01, 120, 3, 0.9, 4.0, 0.7, "HighestLearningRate is 0.01; it must be finite and greater than LowestLearningRate (0.1).")]
    [DataRow(
        0.1,
        1e39,
        120,
        3,
        0.9,
        4.0,
        0.7,
        "HighestLearningRate is 1E+39; it must be at most 3.4028235E+38, the largest single-precision number.")]
    [DataRow(1e-5, 10.0, 0, 3, 0.9, 4.0, 0.7, "Steps is 0; it must be from 54 to 1000000.")]
    [DataRow(0.1, 10.0, 39, 3, 0.9, 4.0, 0.7, "Steps is 39; it must be from 40 to 1000000.")]
    [DataRow(0.1, 10.0, 19, 3, 0.5, 4.0, 0.7, "Steps is 19; it must be from 20 to 1000000.")]
    [DataRow(1e-300, 1e38, 120, 3, 0.9, 4.0, 0.7, "Steps is 120; it must be from 2968 to 1000000.")]
    [DataRow(1e-5, 10.0, 120, 3, 0.98, 4.0, 0.7, "Steps is 120; it must be from 200 to 1000000.")]
    [DataRow(1e-5, 10.0, 120, 0, 0.9, 4.0, 0.7, "Seeds is 0; it must be from 1 to 100.")]
    [DataRow(1e-5, 10.0, 120, 3, 1.0, 4.0, 0.7, "Smoothing is 1; it must be at least 0 and less than 1.")]
    [DataRow(1e-5, 10.0, 120, 3, 0.9, 1.0, 0.7, "DivergenceFactor is 1; it must be finite and greater than 1.")]
    [DataRow(1e-5, 10.0, 120, 3, 0.9, 4.0, 1.0, "MinimumRatio is 1; it must be greater than 0 and less than 1.")]
    public void ASettingOutOfItsRangeIsRefused(
        double lowest, double highest, int steps, int seeds, double smoothing, double factor, double ratio, string message)
    {
        var options = new PlrsRangeTestOptions
        {
            LowestLearningRate = lowest,
            HighestLearningRate = highest,
            Steps = steps,
            Seeds = seeds,
            Smoothing = smoothing,
            DivergenceFactor = factor,
            MinimumRatio = ratio,
        };

        var error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => PlrsRangeTest.Run(_ => 1, options));

        Assert.StartsWith(message, error.Message);
    }

    [TestMethod]
    public void TheDefaultsAreValid()
    {
        Defaults.Validate();

        Assert.AreEqual(
            (1e-5, 10.0, 120, 3, 0.7),
            (Defaults.LowestLearningRate, Defaults.HighestLearningRate, Defaults.Steps, Defaults.Seeds, Defaults.MinimumRatio));
    }

    /// <summary>A module that counts in a buffer how often it was called.</summary>
    private sealed class Counting : nn.Module<Tensor, Tensor>
    {
        private readonly nn.Module<Tensor, Tensor> _inner;

        public Counting(nn.Module<Tensor, Tensor> inner, bool isPersistent)
            : base(nameof(Counting))
        {
            _inner = inner;
            register_module("inner", inner);
            register_buffer("count", zeros(1), isPersistent);
        }

        public int Calls { get; private set; }

        public Tensor Count => get_buffer("count")!;

        public override Tensor forward(Tensor input)
        {
            using var noGrad = no_grad();
            Count.add_(1);
            Calls++;
            using var grad = enable_grad();
            return _inner.forward(input);
        }
    }
}
