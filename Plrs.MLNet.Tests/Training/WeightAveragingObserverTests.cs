using Plrs.MLNet.Tests.Networks;
using Plrs.MLNet.Training;

namespace Plrs.MLNet.Tests.Training;

[TestClass]
public sealed class WeightAveragingObserverTests
{
    private static readonly SessionSettings Settings = ToySession.Settings with { Epochs = 3 };

    public static IEnumerable<WeightAveraging> Averagings =>
        [WeightAveraging.Exponential(), WeightAveraging.Exponential(0.3), WeightAveraging.Uniform(0), WeightAveraging.Uniform(1)];

    [TestMethod]
    [DynamicData(nameof(Averagings))]
    public void TheModelIsTheAverageOfTheWeightsAndTheNormsStatisticsAfterTheSteps(WeightAveraging averaging)
    {
        float[] expected = [];
        var steps = 0;
        var (final, _) = Run(averaging, (what, session) =>
        {
            if (what == "starting")
            {
                expected = Values(session);
            }
            else if (what.StartsWith("step", StringComparison.Ordinal))
            {
                var share = averaging.NewShare(new(steps++, session.State.StepsPerEpoch));
                expected = [.. expected.Zip(Values(session), (average, value) => (float)((average * (1 - share)) + (value * share)))];
            }
        });

        Assert.AreEqual(6, steps);
        AssertEqual(expected, final);
    }

    [TestMethod]
    public void APlainAverageIsTheMean()
    {
        var values = new List<float[]>();
        var (final, _) = Run(WeightAveraging.Uniform(1), (what, session) =>
        {
            if (what.StartsWith("step", StringComparison.Ordinal))
            {
                values.Add(Values(session));
            }
        });

        AssertEqual([.. final.Select((_, i) => values.Skip(2).Average(step => step[i]))], final);
    }

    [TestMethod]
    public void StepsAreMadeWithTheWeightsOfTheStepsAndWhoMeasuresSeesTheAverage()
    {
        var plain = Seen(WeightAveraging.None);
        var averaged = Seen(WeightAveraging.Exponential());

        CollectionAssert.AreEqual(plain.Select(seen => seen.What).ToArray(), averaged.Select(seen => seen.What).ToArray());
        foreach (var (expected, seen) in plain.Zip(averaged).Where(pair => IsOfSteps(pair.First.What)))
        {
            Assert.AreEqual(expected.Weights, seen.Weights, seen.What);
        }

        // Of each epoch, and in the end.
        var measured = averaged.Where(seen => !IsOfSteps(seen.What)).GroupBy(seen => seen.Epoch)
            .Select(epoch => epoch.Select(seen => seen.Weights).Distinct().Single()).ToArray();
        Assert.HasCount(3, measured.Distinct().ToArray());
        Assert.IsEmpty(measured.Intersect(plain.Select(seen => seen.Weights)));

        List<(string What, int Epoch, string Weights)> Seen(WeightAveraging averaging)
        {
            var seen = new List<(string, int, string)>();
            Run(averaging, (what, session) =>
            {
                if (what != "starting")
                {
                    seen.Add(
                        (
                            what,
                            (int)(session.State.Steps - 1) / session.State.StepsPerEpoch,
                            TestNetworks.Fingerprint(session.State.Network)));
                }
            });
            return seen;
        }

        static bool IsOfSteps(string what) => what.EndsWith("starting", StringComparison.Ordinal)
            || what.StartsWith("Train", StringComparison.Ordinal)
            || what.StartsWith("step", StringComparison.Ordinal);
    }

    [TestMethod]
    public void StoppedWithinAnEpochTheModelIsTheAverage()
    {
        var values = new List<float[]>();
        var (final, _) = Run(WeightAveraging.Uniform(1), (what, session) =>
        {
            if (what is "step 2 done" or "step 3 done")
            {
                values.Add(Values(session));
                if (values.Count == 2)
                {
                    session.Stop("enough");
                }
            }
        });

        AssertEqual([.. final.Select((_, i) => (values[0][i] + values[1][i]) / 2)], final);
    }

    [TestMethod]
    public void EarlyStoppingKeepsTheAverageOfTheBestEpoch()
    {
        // The loss of the validation rises with every epoch.
        var epochs = new List<float[]>();
        using var stopping = new EarlyStoppingObserver(new EarlyStopping { Metric = EarlyStoppingMetric.Loss });
        var losses = new List<float>();
        var (final, _) = Run(
            WeightAveraging.Exponential(),
            (what, session) =>
            {
                if (what.EndsWith("in all", StringComparison.Ordinal))
                {
                    epochs.Add(Values(session));
                }
            },
            stopping,
            new CallbackObserver(metrics => losses.Add(metrics.CrossEntropy), reportsTraining: false));

        Assert.HasCount(3, losses);
        AssertEqual(epochs[losses.IndexOf(losses.Min())], final);
    }

    [TestMethod]
    [DataRow("step 0 done")]
    [DataRow("step 1 done")]
    [DataRow("epoch 0 trained")]
    [DataRow("Validation batch")]
    [DataRow("epoch 0 done, 1 in all")]
    [DataRow("epoch 1 starting")]
    [DataRow("Train batch")]
    [DataRow("step 5 done")]
    [DataRow("stopped: all 3 epochs are done")]
    public void AStateThatIsWrittenAtAnyTimeGoesOnToTheSameModel(string when)
    {
        var expected = Run(WeightAveraging.Exponential()).Weights;
        var (state, steps) = Written(WeightAveraging.Exponential(), when);

        Assert.AreEqual(expected, Resumed(WeightAveraging.Exponential(), state, steps));
    }

    [TestMethod]
    [DataRow("step 1 done")]
    [DataRow("Validation batch")]
    [DataRow("epoch 0 done, 1 in all")]
    public void ARunWithoutAverageGoesOnFromTheWeightsOfTheSteps(string when)
    {
        var (state, steps) = Written(WeightAveraging.Exponential(), when);

        Assert.AreEqual(Run(WeightAveraging.None).Weights, Resumed(WeightAveraging.None, state, steps));
    }

    [TestMethod]
    public void AnAverageThatIsNewBeginsWithTheWeightsThatAreThere()
    {
        var (state, steps) = Written(WeightAveraging.None, "epoch 1 done, 2 in all");

        Assert.AreEqual(Run(WeightAveraging.Uniform(2)).Weights, Resumed(WeightAveraging.Uniform(2), state, steps));
        Assert.AreNotEqual(Run(WeightAveraging.Exponential()).Weights, Resumed(WeightAveraging.Exponential(), state, steps));
    }

    // 3 of 6 steps are made before the checkpoint.
    [TestMethod]
    [DataRow(false, "step 2 done")]
    [DataRow(true, "step 2 done")]
    [DataRow(true, "epoch 1 starting")]
    [DataRow(true, "epoch 0 done, 1 in all")]
    public void APlainAverageThatBeginsAtACheckpointIsTheMeanFromThere(bool hasOther, string when)
    {
        var (state, steps) = Written(hasOther ? WeightAveraging.Exponential(0.9) : WeightAveraging.None, when);
        var values = ValuesAfterSteps();

        var (final, _) = Resume(WeightAveraging.Uniform(0), state, steps, averagingDiffers: hasOther);

        AssertEqual([.. final.Select((_, i) => values.Skip((int)steps - 1).Average(step => step[i]))], final);
    }

    [TestMethod]
    public void AnExponentialAverageThatBeginsAtACheckpointFollowsFastAsFromTheBeginning()
    {
        var (state, steps) = Written(WeightAveraging.None, "step 2 done");
        var values = ValuesAfterSteps();

        var (final, _) = Resume(WeightAveraging.Exponential(), state, steps);

        // (1 + t)/(10 + t) for the steps t after the one of the checkpoint.
        var expected = values[2];
        for (var t = 1; t <= 3; t++)
        {
            var kept = (1.0 + t) / (10 + t);
            expected = [.. expected.Zip(values[2 + t], (average, value) => (float)((average * kept) + (value * (1 - kept))))];
        }

        AssertEqual(expected, final);
    }

    [TestMethod]
    public void AnAverageThatBeganAtACheckpointGoesOnFromTheNextOne()
    {
        var (first, steps) = Written(WeightAveraging.None, "step 1 done");
        var (second, later) = Written(
            WeightAveraging.Uniform(0), "step 3 done", session => session.Read(new BinaryReader(new MemoryStream(first)), steps));

        Assert.AreEqual(4, later);
        Assert.AreEqual(Resumed(WeightAveraging.Uniform(0), first, steps), Resumed(WeightAveraging.Uniform(0), second, later));
        Assert.AreEqual(Run(WeightAveraging.None).Weights, Resumed(WeightAveraging.None, second, later));
    }

    [TestMethod]
    public void AnAverageOfAKindThatIsNotKnownIsRefused()
    {
        using var observer = new WeightAveragingObserver(WeightAveraging.None);

        var error = Assert.ThrowsExactly<FormatException>(() => observer.ReadState(new BinaryReader(new MemoryStream([3]))));

        Assert.AreEqual("it has averaged weights of the unknown kind 3", error.Message);
    }

    /// <summary>What the network has after each step, whatever is averaged.</summary>
    private static List<float[]> ValuesAfterSteps()
    {
        var values = new List<float[]>();
        Run(WeightAveraging.None, (what, session) =>
        {
            if (what.StartsWith("step", StringComparison.Ordinal))
            {
                values.Add(Values(session));
            }
        });
        return values;
    }

    private static (float[] Values, string Weights) Run(
        WeightAveraging averaging, Action<string, TrainingSession>? on = null, params TrainingObserver[] others)
    {
        using var network = new ToyNetwork(classCount: 4);
        using var session = ToySession.Create(
            network, [new WeightAveragingObserver(averaging), .. others, new Recorder("", []) { On = on }], Settings);
        session.Run();
        return (Values(session), TestNetworks.Fingerprint(network));
    }

    private static (byte[] State, long Steps) Written(WeightAveraging averaging, string when, Action<TrainingSession>? start = null)
    {
        using var stream = new MemoryStream();
        var steps = 0L;
        Run(averaging, (what, session) =>
        {
            if (what == "starting")
            {
                start?.Invoke(session);
            }

            // Once, and the first time only after the first epoch has begun.
            if (what == when && stream.Length == 0 && session.State.Steps > 0)
            {
                session.Write(new BinaryWriter(stream));
                steps = session.State.Steps;
            }
        });
        return (stream.ToArray(), steps);
    }

    private static string Resumed(WeightAveraging averaging, byte[] state, long steps) => Resume(averaging, state, steps).Weights;

    private static (float[] Values, string Weights) Resume(
        WeightAveraging averaging, byte[] state, long steps, bool averagingDiffers = false) => Run(averaging, (what, session) =>
    {
        if (what == "starting")
        {
            session.Read(new BinaryReader(new MemoryStream(state)), steps);
            session.Observers.Tell(new SessionResumed(session, ScheduleDiffers: false, averagingDiffers));
        }
    });

    /// <summary>All weights and statistics that the network has.</summary>
    private static float[] Values(TrainingSession session) =>
        [.. session.State.Network.state_dict().Values.Where(tensor => tensor.is_floating_point())
            .SelectMany(tensor => tensor.data<float>())];

    private static void AssertEqual(float[] expected, float[] actual)
    {
        Assert.HasCount(expected.Length, actual);
        foreach (var (one, other) in expected.Zip(actual))
        {
            Assert.AreEqual(one, other, 1e-5f * (1 + Math.Abs(one)));
        }
    }
}
