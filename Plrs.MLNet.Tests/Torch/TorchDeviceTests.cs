namespace Plrs.MLNet.Tests.Torch;

[TestClass]
public sealed class TorchDeviceTests
{
    [TestMethod]
    [DataRow("auto", "auto")]
    [DataRow("CPU", "cpu")]
    [DataRow("cuda", "cuda:0")]
    [DataRow("Cuda:1", "cuda:1")]
    [DataRow("cuda:12", "cuda:12")]
    public void ItIsParsedFromItsNameAndPrintsIt(string name, string printed)
    {
        var device = TorchDevice.Parse(name);

        Assert.AreEqual(printed, device.ToString());
        Assert.AreEqual(device, TorchDevice.Parse(printed));
    }

    [TestMethod]
    public void DevicesThatMeanTheSameAreEqual()
    {
        Assert.AreEqual(TorchDevice.Cuda, TorchDevice.CudaDevice(0));
        Assert.AreNotEqual(TorchDevice.Cuda, TorchDevice.CudaDevice(1));
        Assert.AreNotEqual(TorchDevice.Auto, TorchDevice.Cpu);
        Assert.AreSame(TorchDevice.Cpu, TorchDevice.Parse("cpu"));
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("gpu")]
    [DataRow("cuda:")]
    [DataRow("cuda:-1")]
    [DataRow("cuda: 1")]
    [DataRow("cuda:1:2")]
    [DataRow("cuda:99999999999")]
    [DataRow("cpu:0")]
    public void WhatIsNoDeviceIsRefused(string name)
    {
        var error = Assert.ThrowsExactly<FormatException>(() => TorchDevice.Parse(name));

        Assert.AreEqual(
            $"'{name}' is no device; it must be auto, cpu, cuda, or cuda with the number of a GPU, such as cuda:1.", error.Message);
    }

    [TestMethod]
    public void ANegativeNumberIsRefused()
    {
        var error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => TorchDevice.CudaDevice(-1));

        Assert.StartsWith("index is -1; it must be at least 0.", error.Message);
    }
}
