using Plrs.MLNet.Schedules;
using Plrs.MLNet.Tests.Checkpoints;
using Plrs.MLNet.Tests.Support;
using Plrs.MLNet.Training;

namespace Plrs.MLNet.Tests.Training;

[TestClass]
[DoNotParallelize]
public sealed class TrainingObserversTests
{
    [TestMethod]
    public void TellingOfBatchesAndStepsAllocatesNothing()
    {
        using var network = new ToyNetwork(classCount: 4);
        using var session = ToySession.Create(network, []);
        var counter = new Counter();
        using var observers = new TrainingObservers(
        [
            new StopObserver(new StopCondition(TimeSpan.FromHours(1), TimeProvider.System, CancellationToken.None)),
            new EarlyStoppingObserver(new EarlyStopping()),
            new CallbackObserver(_ => { }, reportsTraining: true),
            QuickRun.IdleCheckpoints(),
            counter,
        ]);

        Assert.AreEqual(0L, Allocations.Of(() => Tell(count: 2_000)));
        Assert.AreEqual(12_000, counter.Batches);

        void Tell(int count)
        {
            for (var i = 0; i < count; i++)
            {
                observers.Tell(new BatchStarting(session, ImageClassificationDataset.Train));
                observers.Tell(new StepDone(session, new TrainingStep(i, stepsPerEpoch: 2), LearningRate: 0.1, BatchSize: 2));
            }
        }
    }

    [TestMethod]
    public void StatesComeBackByNameInWhateverOrder()
    {
        var (a, b) = (new Keeper("a") { Value = 1 }, new Keeper("b") { Value = 2 });
        var bytes = Written(new Counter(), a, b);
        var (otherA, otherB) = (new Keeper("a"), new Keeper("b"));

        Read(bytes, otherB, new Counter(), otherA);

        Assert.AreEqual((1, 2), (otherA.Value, otherB.Value));
    }

    [TestMethod]
    public void StatesOfOtherObserversAreRefused()
    {
        AssertRefused("it has a state of 'a', which this run does not have", Written(new Keeper("a")));
        AssertRefused("it has a state of 'a', which this run does not have", Written(new Keeper("a")), new Keeper("b"));
        AssertRefused("it has no state of 'b'", Written(), new Keeper("b"));

        static void AssertRefused(string message, byte[] bytes, params TrainingObserver[] observers) =>
            Assert.AreEqual(message, Assert.ThrowsExactly<FormatException>(() => Read(bytes, observers)).Message);
    }

    private static byte[] Written(params TrainingObserver[] observers)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        using var all = new TrainingObservers(observers);
        all.WriteStates(writer);
        return stream.ToArray();
    }

    private static void Read(byte[] bytes, params TrainingObserver[] observers)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes));
        using var all = new TrainingObservers(observers);
        all.ReadStates(reader);
    }

    private sealed class Keeper(string name) : TrainingObserver
    {
        public int Value { get; set; }

        public override string StateName => name;

        public override void WriteState(BinaryWriter writer) => writer.Write(Value);

        public override void ReadState(BinaryReader reader) => Value = reader.ReadInt32();
    }

    private sealed class Counter : TrainingObserver
    {
        public int Batches { get; private set; }

        public override void OnBatchStarting(in BatchStarting starting) => Batches++;
    }
}
