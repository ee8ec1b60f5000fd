using Microsoft.ML;
using Microsoft.ML.Runtime;
using Plrs.MLNet.Tests.Support;
using Plrs.MLNet.Training;

namespace Plrs.MLNet.Tests.Training.Progress;

/// <summary>A training that shares the processors with other processes says so.</summary>
[TestClass]
public sealed class SharedMachineObserverTests
{
    private static readonly double AllProcessors = 10.0 * Environment.ProcessorCount;

    [TestMethod]
    public void WaitingForOthersIsToldOnce()
    {
        var warning = Warnings((0.5 * AllProcessors, 0.3 * AllProcessors), (0.5 * AllProcessors, 0.3 * AllProcessors)).Single();

        Assert.StartsWith(
            FormattableString.Invariant(
                $"In epoch 0, the training's threads ran for {0.5 * AllProcessors:F0} s and waited {0.3 * AllProcessors:F0} s for "),
            warning);
        Assert.Contains("OMP_WAIT_POLICY to PASSIVE", warning);
    }

    [TestMethod]
    public void ALaterEpochIsToldOf() => Assert.HasCount(1, Warnings((AllProcessors, 0), (0.5 * AllProcessors, 0.3 * AllProcessors)));

    [TestMethod]
    [DataRow(1.0, 1.0, DisplayName = "Its own threads wait for one another")]
    [DataRow(0.5, 0.05, DisplayName = "It waits for the disk")]
    public void NoOtherWorkIsNoWarning(double ran, double waited) =>
        Assert.IsEmpty(Warnings((ran * AllProcessors, waited * AllProcessors)));

    [TestMethod]
    public void AShortEpochTellsNothing() =>
        Assert.IsEmpty(Warnings(seconds: 1, (0.05 * AllProcessors, 0.03 * AllProcessors)));

    [TestMethod]
    public void LinuxTellsOfTheThreads()
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.IsNull(ThreadTimes.Read());
            return;
        }

        Assert.IsGreaterThan(TimeSpan.Zero, ThreadTimes.Read()!.Value.Ran);
    }

    private static List<string> Warnings(params (double Ran, double Waited)[] epochs) => Warnings(10, epochs);

    private static List<string> Warnings(int seconds, params (double Ran, double Waited)[] epochs)
    {
        var mlContext = new MLContext(seed: 1);
        var warnings = new List<string>();
        mlContext.Log += (_, message) => warnings.AddRange(message.IsWarning() ? [message.RawMessage] : []);
        using var network = new ToyNetwork(classCount: 4);
        using var session = ToySession.Create(network, []);
        var time = new ManualTime();
        var now = default(ThreadTimes);
        using var observer = new SharedMachineObserver(((IHostEnvironment)mlContext).Register("test"), time, () => now);
        foreach (var (epoch, (ran, waited)) in epochs.Index())
        {
            observer.OnEpochStarting(new EpochStarting(session, epoch));
            time.Now += TimeSpan.FromSeconds(seconds);
            now += new ThreadTimes(TimeSpan.FromSeconds(ran), TimeSpan.FromSeconds(waited));
            observer.OnEpochTrained(
                new EpochTrained(session, new EpochFigures().ToMetrics(ImageClassificationDataset.Train, epoch, learningRate: 0.1)));
        }

        return warnings;
    }
}
