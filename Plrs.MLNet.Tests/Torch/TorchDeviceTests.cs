using Plrs.MLNet.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Plrs.MLNet.Tests.Torch;

[TestClass]
public sealed class TorchDeviceTests
{
    [TestMethod]
    public void CpuIsTheCpu() => Assert.AreEqual(DeviceType.CPU, TorchDevice.Cpu.Resolve().type);

    [TestMethod]
    public void AutoIsTheGpuWhereThereIsOne() =>
        Assert.AreEqual(cuda.is_available() ? DeviceType.CUDA : DeviceType.CPU, TorchDevice.Auto.Resolve().type);

    [TestMethod]
    public void CudaWithoutAGpuSaysWhatToDo()
    {
        if (cuda.is_available())
        {
            Assert.AreEqual(DeviceType.CUDA, TorchDevice.Cuda.Resolve().type);
            return;
        }

        var error = Assert.ThrowsExactly<InvalidOperationException>(() => TorchDevice.Cuda.Resolve());

        Assert.AreEqual(
            "Device is Cuda, but TorchSharp finds no CUDA GPU. Reference a CUDA package of libtorch (TorchSharp-cuda-linux or TorchSharp-cuda-windows), or use Auto or Cpu.",
            error.Message);
    }
}
