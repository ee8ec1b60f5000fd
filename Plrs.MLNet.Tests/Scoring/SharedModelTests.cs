using Plrs.MLNet.Scoring;

namespace Plrs.MLNet.Tests.Scoring;

[TestClass]
public sealed class SharedModelTests
{
    private int _freed;

    [TestMethod]
    public void ItIsFreedAfterTheLastUse()
    {
        var shared = new SharedModel(() => _freed++);
        shared.Enter();
        shared.Enter();

        shared.Dispose();
        shared.Dispose();

        shared.Leave();
        Assert.AreEqual(0, _freed, "It was freed while it was in use.");
        var error = Assert.ThrowsExactly<ObjectDisposedException>(shared.Enter);
        Assert.AreEqual(nameof(TorchImageClassificationModelParameters), error.ObjectName);
        shared.Leave();
        Assert.AreEqual(1, _freed);
        Assert.ThrowsExactly<ObjectDisposedException>(shared.Enter);
    }

    [TestMethod]
    public void WithoutUsesItIsFreedAtOnce()
    {
        var shared = new SharedModel(() => _freed++);
        shared.Enter();
        shared.Leave();
        Assert.AreEqual(0, _freed);

        shared.Dispose();

        Assert.AreEqual(1, _freed);
    }
}
