using Plrs.MLNet.Tests.Support;
using Plrs.MLNet.Torch;

namespace Plrs.MLNet.Tests.Torch;

[TestClass]
public sealed class GpuTests
{
    [TestMethod]
    public void AGpuThatIsNotThereIsNotFound() => Assert.IsNull(Gpu.Find(999));

    [TestMethod]
    public void OneThatIsThereHasANameAndACapability()
    {
        AnyGpu.OrInconclusive();

        Assert.IsFalse(string.IsNullOrWhiteSpace(Gpu.Find(0)?.Name));
        Assert.IsGreaterThan(2, Gpu.Find(0)!.ComputeCapability);
    }
}
