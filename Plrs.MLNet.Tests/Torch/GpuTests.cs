using Plrs.MLNet.Torch;
using static TorchSharp.torch;

namespace Plrs.MLNet.Tests.Torch;

[TestClass]
public sealed class GpuTests
{
    [TestMethod]
    public void AGpuThatIsNotThereIsNotFound() => Assert.IsNull(Gpu.Find(999));

    [TestMethod]
    public void OneThatIsThereHasANameAndACapability()
    {
        if (cuda.is_available())
        {
            Assert.IsFalse(string.IsNullOrWhiteSpace(Gpu.Find(0)?.Name));
            Assert.IsGreaterThan(2, Gpu.Find(0)!.ComputeCapability);
        }
    }
}
