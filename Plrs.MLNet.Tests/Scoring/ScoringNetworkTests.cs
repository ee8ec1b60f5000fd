using Plrs.MLNet.ImageClassification;
using Plrs.MLNet.Scoring;
using static TorchSharp.torch;

namespace Plrs.MLNet.Tests.Scoring;

[TestClass]
public sealed class ScoringNetworkTests
{
    [TestMethod]
    public void MemoryIsFreedAfterTheLastForwardThatRuns()
    {
        using var gate = new ManualResetEventSlim();
        using var started = new CountdownEvent(2);
        using var network = new GatedNetwork(gate, started);
        var scoring = new ScoringNetwork(network.Forward, network);
        var scores = new float[2][];
        var threads = scores.Select((_, i) => new Thread(() =>
        {
            scores[i] = new float[2];
            using var images = zeros(1, 3, 8, 8);
            scoring.Score(images, scores[i]);
        })).ToArray();
        Array.ForEach(threads, thread => thread.Start());
        started.Wait();

        scoring.Dispose();
        scoring.Dispose();

        Assert.IsFalse(network.IsFreed, "The memory was freed under a running forward.");
        using var image = zeros(1, 3, 8, 8);
        var error = Assert.ThrowsExactly<ObjectDisposedException>(() => scoring.Score(image, new float[2]));
        Assert.AreEqual(nameof(TorchImageClassificationModelParameters), error.ObjectName);

        gate.Set();
        Array.ForEach(threads, thread => thread.Join());
        Assert.IsTrue(network.IsFreed);
        CollectionAssert.AreEqual(new[] { 0.5f, 0.5f }, scores[0]);
        CollectionAssert.AreEqual(new[] { 0.5f, 0.5f }, scores[1]);
    }

    [TestMethod]
    public void AFailedForwardDoesNotKeepTheMemory()
    {
        using var gate = new ManualResetEventSlim(initialState: true);
        using var started = new CountdownEvent(1);
        using var network = new GatedNetwork(gate, started) { Failure = new InvalidOperationException("from the network") };
        var scoring = new ScoringNetwork(network.Forward, network);
        using var image = zeros(1, 3, 8, 8);

        Assert.ThrowsExactly<InvalidOperationException>(() => scoring.Score(image, new float[2]));
        scoring.Dispose();

        Assert.IsTrue(network.IsFreed);
    }

    private sealed class GatedNetwork(ManualResetEventSlim gate, CountdownEvent started) : IDisposable
    {
        public bool IsFreed { get; private set; }

        public Exception? Failure { get; init; }

        public Tensor Forward(Tensor input)
        {
            started.Signal();
            gate.Wait();
            return Failure is null ? zeros(input.shape[0], 2) : throw Failure;
        }

        public void Dispose() => IsFreed = true;
    }
}
