using Plrs.MLNet.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Plrs.MLNet.Tests.Torch;

/// <summary>What is trained on, by the option, ML.NET's context, and the GPUs that are there.</summary>
[TestClass]
public sealed class DeviceChoiceTests
{
    [TestMethod]
    [DataRow("auto", null, 0, "cpu")]
    [DataRow("auto", null, 1, "cuda:0")]
    [DataRow("auto", null, 3, "cuda:0")]
    [DataRow("auto", 0, 1, "cuda:0")]
    [DataRow("auto", 2, 3, "cuda:2")]
    [DataRow("cpu", 2, 3, "cpu")]
    [DataRow("cpu", 0, 0, "cpu")]
    [DataRow("cuda", 2, 3, "cuda:0")]
    [DataRow("cuda:1", 2, 3, "cuda:1")]
    [DataRow("cuda:1", null, 2, "cuda:1")]
    public void TheOptionCountsMoreThanTheContext(string wanted, int? gpuDeviceId, int gpus, string chosen)
    {
        foreach (var fallbackToCpu in new[] { false, true })
        {
            Assert.AreEqual(
                new DeviceChoice(TorchDevice.Parse(chosen)), DeviceChoice.Of(TorchDevice.Parse(wanted), gpuDeviceId, fallbackToCpu, gpus));
        }
    }

    [TestMethod]
    [DataRow(
        0, 0, "TorchSharp finds no CUDA GPU", "Reference a CUDA package of libtorch (TorchSharp-cuda-linux or TorchSharp-cuda-windows)")]
    [DataRow(1, 1, "TorchSharp finds 1 CUDA GPU, cuda:0", "Name one that is there")]
    [DataRow(7, 2, "TorchSharp finds 2 CUDA GPUs, cuda:0 to cuda:1", "Name one that is there")]
    [DataRow(-1, 2, "TorchSharp finds 2 CUDA GPUs, cuda:0 to cuda:1", "Name one that is there")]
    public void WhereTheContextsGpuIsNotThereItsFallbackDecides(int gpuDeviceId, int gpus, string found, string advice)
    {
        var error = Assert.ThrowsExactly<InvalidOperationException>(
            () => DeviceChoice.Of(TorchDevice.Auto, gpuDeviceId, fallbackToCpu: false, gpus));
        var choice = DeviceChoice.Of(TorchDevice.Auto, gpuDeviceId, fallbackToCpu: true, gpus);

        Assert.AreEqual(
            $"MLContext.GpuDeviceId is {gpuDeviceId}, but {found}. " +
            $"{advice}, or set MLContext.FallbackToCpu to true to train on the CPU then.",
            error.Message);
        Assert.AreEqual(TorchDevice.Cpu, choice.Device);
        Assert.AreEqual($"MLContext.GpuDeviceId is {gpuDeviceId}, but {found}: the CPU trains, as FallbackToCpu allows.", choice.Warning);
    }

    [TestMethod]
    [DataRow(
        "cuda",
        0,
        "Steps.Device is cuda:0, but TorchSharp finds no CUDA GPU. " +
        "Reference a CUDA package of libtorch (TorchSharp-cuda-linux or TorchSharp-cuda-windows), or set Steps.Device to auto or cpu.")]
    [DataRow(
        "cuda:1",
        1,
        "Steps.Device is cuda:1, but TorchSharp finds 1 CUDA GPU, cuda:0. Name one that is there, or set Steps.Device to auto or cpu.")]
    public void AGpuThatTheOptionNamesMustBeThere(string wanted, int gpus, string message)
    {
        foreach (var fallbackToCpu in new[] { false, true })
        {
            var error = Assert.ThrowsExactly<InvalidOperationException>(
                () => DeviceChoice.Of(TorchDevice.Parse(wanted), gpuDeviceId: null, fallbackToCpu, gpus));

            Assert.AreEqual(message, error.Message);
        }
    }

    [TestMethod]
    public void InWordsAGpuHasItsName()
    {
        Gpu? Find(int index) => index == 1 ? new Gpu("NVIDIA A100", ComputeCapability: 8) : null;

        Assert.AreEqual("NVIDIA A100", DeviceChoice.Describe(new Device(DeviceType.CUDA, 1), Find));
        Assert.AreEqual("a GPU whose name is not known", DeviceChoice.Describe(new Device(DeviceType.CUDA), Find));
        Assert.AreEqual("CPU", DeviceChoice.Describe(CPU, _ => throw new NotSupportedException()));
    }

    [TestMethod]
    public void OnThisMachineItIsTheGpuWhereThereIsOne()
    {
        var expected = cuda.is_available() ? DeviceType.CUDA : DeviceType.CPU;

        Assert.AreEqual(expected, DeviceChoice.Here(TorchDevice.Auto, gpuDeviceId: null, fallbackToCpu: false).Torch.type);
        Assert.AreEqual(expected, DeviceChoice.Here(TorchDevice.Auto, gpuDeviceId: 0, fallbackToCpu: true).Torch.type);
        Assert.AreEqual(DeviceType.CPU, DeviceChoice.Here(TorchDevice.Cpu, gpuDeviceId: 0, fallbackToCpu: false).Torch.type);
    }
}
