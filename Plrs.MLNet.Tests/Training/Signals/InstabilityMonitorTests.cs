using Plrs.MLNet.Schedules;
using Plrs.MLNet.Training;

namespace Plrs.MLNet.Tests.Training.Signals;

[TestClass]
[DoNotParallelize]
public sealed class InstabilityMonitorTests
{
    private const int StepsPerEpoch = 100;
    private const double LastRate = 0.2;
    private const double LargestRate = 0.25;

    private readonly InstabilityMonitor _monitor = new(classCount: 10);
    private long _step;

    [TestMethod]
    public void ALossThatFallsAndScattersIsNoSpike()
    {
        for (var i = 0; i < 300; i++)
        {
            Add(loss: (float)(0.01 + (3 * Math.Exp(-i / 50.0)) + (0.2 * Math.Sin(i))));
        }

        Assert.IsEmpty(_monitor.Signals);
    }

    [TestMethod]
    public void ALossHalfAgainAboveTheLowestSoFarIsASpike()
    {
        Add(loss: 4);
        Add(loss: 5.99f);
        Assert.IsEmpty(_monitor.Signals);

        Add(loss: 6.01f);

        var signal = _monitor.Signals.Single();
        Assert.AreEqual(
            (InstabilityKind.LossSpike, 2L, LastRate, 6.01, 6.0),
            (signal.Kind, signal.Step.Index, signal.LearningRate, Math.Round(signal.Value, 4), signal.Limit));
        Assert.AreEqual(
            "Loss spike at step 2 (epoch 0, after learning rate 0.2): 6.01 nats, above 6. " +
            "Where spikes come again, lower the learning rates.",
            signal.ToString());
    }

    [TestMethod]
    public void BelowAGuesssLossNothingIsASpike()
    {
        AddMany(20, loss: 0.01f);

        Add(loss: 3.4f);
        Assert.IsEmpty(_monitor.Signals);
        Add(loss: 3.5f);
        Assert.AreEqual(1.5 * Math.Log(10), _monitor.Signals.Single().Limit, 1e-12);
    }

    [TestMethod]
    [DataRow(256, 1.5)]
    [DataRow(64, 1.5)]
    [DataRow(16, 2)]
    [DataRow(4, 3)]
    [DataRow(1, 5)]
    public void TheFewerImagesTheMoreALossMayScatter(int images, double factor)
    {
        Add(loss: 4, images: images);
        Add(loss: (float)(4 * factor) - 0.01f, images: images);
        Assert.IsEmpty(_monitor.Signals);

        Add(loss: (float)(4 * factor) + 0.01f, images: images);
        Assert.HasCount(1, _monitor.Signals);
    }

    [TestMethod]
    public void AKindIsToldOnceAnEpoch()
    {
        Add(loss: 3);
        AddMany(250, loss: 9);

        CollectionAssert.AreEqual(new long[] { 0, 1, 2 }, _monitor.Signals.Select(signal => signal.Step.Epoch).ToArray());
    }

    [TestMethod]
    public void AGradientTenTimesWhatItWasIsExploding()
    {
        AddMany(10, norm: 2);
        AddMany(60, norm: 0.01f);
        Add(norm: 19.9f);
        Assert.IsEmpty(_monitor.Signals);

        Add(norm: 20.1f);

        var signal = _monitor.Signals.Single();
        Assert.AreEqual((InstabilityKind.ExplodingGradient, 20.0), (signal.Kind, signal.Limit));
        Assert.AreEqual(
            "Exploding gradient at step 71 (epoch 0, after learning rate 0.2): its norm is 20.1, above 20. " +
            "Where it comes again, lower the learning rates.",
            signal.ToString());
    }

    [TestMethod]
    public void GradientsThatGrowSlowlyAreNotExploding()
    {
        for (var i = 0; i < 500; i++)
        {
            Add(norm: MathF.Exp(i / 50f));
        }

        Assert.IsEmpty(_monitor.Signals);
    }

    [TestMethod]
    [DataRow(float.NaN, "NaN")]
    [DataRow(float.PositiveInfinity, "Infinity")]
    public void AGradientThatIsNotFiniteIsExplodingAtOnce(float norm, string text)
    {
        Add(norm: norm);

        Assert.Contains($"its norm is {text}, above", _monitor.Signals.Single().ToString());
    }

    [TestMethod]
    public void WhereOtherWeightsAreTrainedGradientsStartAnew()
    {
        AddMany(50, norm: 1);
        _monitor.RestartGradients();

        AddMany(50, norm: 100);

        Assert.IsEmpty(_monitor.Signals);
    }

    [TestMethod]
    [DataRow("7.9", 0)]
    [DataRow("8", 1)]
    [DataRow("5 7.9", 0)]
    [DataRow("5 5 3.9", 3)]
    [DataRow("3 5 5", 3)]
    [DataRow("3 5 3.9 3.9", 0)]
    [DataRow("9 3 3 3 3", 1)]
    public void OneEstimateHasToBeClearAndOfSeveralTheMedianCounts(string estimates, int flaggedAfter)
    {
        foreach (var estimate in estimates.Split(' '))
        {
            Add(smoothness: float.Parse(estimate, System.Globalization.CultureInfo.InvariantCulture));
        }

        Assert.AreEqual(flaggedAfter, _monitor.Signals.Count == 0 ? 0 : _monitor.Signals.Single().Step.Index + 1);
    }

    [TestMethod]
    public void TheRateAboveTheSmoothnessIsToldOnceWithBothNumbers()
    {
        for (var i = 0; i < 300; i++)
        {
            Add(smoothness: 10);
        }

        Assert.AreEqual(
            "L_max ≥ 1/β by the estimate at step 0 (epoch 0): L_max is 0.25, 1/β at most 0.1 (β at least 10 along the gradient). " +
            "Theorem 1 of PLRS does not cover this run; that alone is no sign of trouble.",
            _monitor.Signals.Single().ToString());
    }

    [TestMethod]
    public void WhereTheTheoremSaysNothingOfTheRateNeitherDoesIt()
    {
        _monitor.Add(new TrainingStep(0, StepsPerEpoch), largestRate: double.NaN, Figures(smoothness: 1e6f));

        Assert.IsEmpty(_monitor.Signals);
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(5)]
    [DataRow(12)]
    [DataRow(140)]
    public void AStateGoesOnAsIfNothingHadBeen(int steps)
    {
        var other = new InstabilityMonitor(classCount: 10);
        var random = new Random(steps);
        for (var i = 0; i < 150; i++)
        {
            var figures = Figures(
                (float)(3 + (3 * random.NextDouble())),
                (float)Math.Exp(4 * random.NextDouble()),
                i % 10 == 0 ? (float)(5 * random.NextDouble()) : float.NaN);
            _monitor.Add(new TrainingStep(i, StepsPerEpoch), LargestRate, figures);
            if (i == steps)
            {
                using var stream = new MemoryStream();
                _monitor.Write(new BinaryWriter(stream));
                stream.Position = 0;
                other.Read(new BinaryReader(stream));
                Assert.AreEqual(stream.Length, stream.Position);
            }
            else if (i > steps)
            {
                other.Add(new TrainingStep(i, StepsPerEpoch), LargestRate, figures);
            }
        }

        Assert.IsNotEmpty(_monitor.Signals);
        CollectionAssert.AreEqual(_monitor.Signals.ToArray(), other.Signals.ToArray());
    }

    [TestMethod]
    public void AStepAllocatesNothing()
    {
        AddMany(60);

        Assert.AreEqual(0, Support.Allocations.Of(() => AddMany(100)));
    }

    private static BatchFigures Figures(float loss = 1, float norm = 1, float smoothness = float.NaN, int images = 64) =>
        new(images, loss, 0) { LearningRate = LastRate, GradientNorm = norm, Smoothness = smoothness };

    private void AddMany(int count, float loss = 1, float norm = 1)
    {
        for (var i = 0; i < count; i++)
        {
            Add(loss, norm);
        }
    }

    private void Add(float loss = 1, float norm = 1, float smoothness = float.NaN, int images = 64) =>
        _monitor.Add(new TrainingStep(_step++, StepsPerEpoch), LargestRate, Figures(loss, norm, smoothness, images));
}
