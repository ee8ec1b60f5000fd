using Plrs.MLNet.Schedules;
using Plrs.MLNet.Tests.Networks;
using Plrs.MLNet.Training;

namespace Plrs.MLNet.Tests.Training;

/// <summary>
/// A session that leaves its figures on the device for some steps, as on a GPU, does what one does that reads each: here on the CPU.
/// </summary>
[TestClass]
public sealed class DeferredFiguresTests
{
    private readonly List<string> _told = [];

    [TestMethod]
    public void WhoAsksForAStepGetsItAtOnce()
    {
        var steps = new List<(long Done, long Read)>();
        var asking = new Asking((done, metrics) => steps.Add((done, metrics.Step.Index)));
        using var network = new ToyNetwork(classCount: 4);
        using var session = ToySession.Create(network, [asking], Settings(stepsPerReading: 100));

        session.Run();

        CollectionAssert.AreEqual(new[] { (0L, 0L), (1L, 1L), (2L, 2L), (3L, 3L) }, steps);
    }

    [TestMethod]
    [DataRow(2, false)]
    [DataRow(100, false)]
    [DataRow(100, true)]
    public void WeightsAndFiguresAreTheSame(int stepsPerReading, bool asksForSteps)
    {
        var (expectedFigures, expectedWeights) = Run(stepsPerReading: 1, asksForSteps);
        var (figures, weights) = Run(stepsPerReading, asksForSteps);

        CollectionAssert.AreEqual(expectedFigures, figures);
        Assert.AreEqual(expectedWeights, weights);
        Assert.HasCount(asksForSteps ? 8 : 4, figures);
    }

    [TestMethod]
    [DataRow(1, 1)]
    [DataRow(3, 2)]
    [DataRow(100, 4)]
    public void ADivergenceNamesItsStepHoweverLateItIsFound(int stepsPerReading, int stepsDone)
    {
        var settings = Settings(stepsPerReading) with
        {
            Schedule = new ConstantSchedule(3e38),
            Optimizer = new SgdOptions { WeightDecay = 1000 },
        };
        using var network = new ToyNetwork(classCount: 4);
        var whole = new List<bool>();
        using var session = ToySession.Create(
            network,
            [new Recorder("", _told) { On = (what, session) => Note(what, session.State.IsWhole) }],
            settings with { BatchSize = 1 });

        var error = Assert.ThrowsExactly<TrainingDivergedException>(session.Run);

        Assert.StartsWith("Training diverged at step 1 (epoch 0, learning rate 3E+38 after 3E+38): the loss is ", error.Message);
        Assert.HasCount(stepsDone, _told.Where(what => what.StartsWith(": step", StringComparison.Ordinal)).ToArray());
        Assert.IsFalse(whole.Single(), "A checkpoint would be written.");

        void Note(string what, bool isWhole)
        {
            if (what.StartsWith("failed", StringComparison.Ordinal))
            {
                whole.Add(isWhole);
            }
        }
    }

    [TestMethod]
    [DataRow("step 0 done")]
    [DataRow("step 2 done")]
    public void AStateThatIsWrittenHasThem(string when)
    {
        Assert.AreEqual(Written(1), Written(100));

        string Written(int stepsPerReading)
        {
            using var network = new ToyNetwork(classCount: 4);
            using var stream = new MemoryStream();
            var recorder = new Recorder("", _told)
            {
                On = (what, session) =>
                {
                    if (what == when)
                    {
                        session.Write(new BinaryWriter(stream));
                        session.Stop("enough");
                    }
                },
            };
            using var session = ToySession.Create(network, [recorder], Settings(stepsPerReading));
            session.Run();
            return Convert.ToHexString(stream.ToArray());
        }
    }

    private static SessionSettings Settings(int stepsPerReading) => ToySession.Settings with { StepsPerReading = stepsPerReading };

    private static (List<string> Figures, string Weights) Run(int stepsPerReading, bool asksForSteps)
    {
        var figures = new List<string>();
        var callbacks = new CallbackObserver(
            metrics => figures.Add((metrics with { ImagesPerSecond = 0 }).ToString()), reportsTraining: true);
        var asking = new Asking(asksForSteps ? (_, metrics) => figures.Add((metrics with { ImagesPerSecond = 0 }).ToString()) : null);
        using var network = new ToyNetwork(classCount: 4);
        using (var session = ToySession.Create(network, [callbacks, asking], Settings(stepsPerReading)))
        {
            session.Run();
        }

        return (figures, TestNetworks.Fingerprint(network));
    }

    private sealed class Asking(Action<long, StepMetrics>? told) : TrainingObserver
    {
        public override void OnStepDone(in StepDone done) => told?.Invoke(done.Step.Index, done.ReadMetrics());
    }
}
