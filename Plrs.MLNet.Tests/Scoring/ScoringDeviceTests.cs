using Plrs.MLNet.Scoring;

namespace Plrs.MLNet.Tests.Scoring;

[TestClass]
public sealed class ScoringDeviceTests
{
    private static readonly string[] Cpu = ["CPUExecutionProvider"];
    private static readonly string[] Cuda = ["CUDAExecutionProvider", "CPUExecutionProvider"];

    [TestMethod]
    [DataRow(null, 0)]
    [DataRow(0, 0)]
    [DataRow(2, 2)]
    public void TheContextsGpuIsTriedWhereOnnxRuntimeHasCuda(int? gpuDeviceId, int gpu)
    {
        foreach (var fallbackToCpu in new[] { false, true })
        {
            var device = new ScoringDevice(gpuDeviceId, fallbackToCpu);

            Assert.IsTrue(device.TriesGpu(Cuda));
            Assert.AreEqual(gpu, device.Gpu);
        }
    }

    [TestMethod]
    [DataRow(null, false)]
    [DataRow(null, true)]
    [DataRow(1, true)]
    public void OtherwiseTheCpuScores(int? gpuDeviceId, bool fallbackToCpu)
    {
        var device = new ScoringDevice(gpuDeviceId, fallbackToCpu);

        Assert.IsFalse(device.TriesGpu(Cpu));
        device.CheckFallback("it is gone", e: null);
    }

    [TestMethod]
    public void AGpuThatIsAskedForWithoutFallbackMustBeThere()
    {
        var device = new ScoringDevice(GpuDeviceId: 1, FallbackToCpu: false);

        var noCuda = Assert.ThrowsExactly<InvalidOperationException>(() => device.TriesGpu(Cpu));
        var cause = new FormatException();
        var noGpu = Assert.ThrowsExactly<InvalidOperationException>(() => device.CheckFallback("it is gone", cause));

        Assert.AreEqual(
            "MLContext.GpuDeviceId is 1, but the model cannot score there: " +
            "this program's ONNX Runtime has no CUDA, only CPUExecutionProvider; " +
            "reference the package Microsoft.ML.OnnxRuntime.Gpu, or set MLContext.FallbackToCpu to true to score on the CPU then.",
            noCuda.Message);
        Assert.AreEqual(
            "MLContext.GpuDeviceId is 1, but the model cannot score there: " +
            "it is gone, or set MLContext.FallbackToCpu to true to score on the CPU then.",
            noGpu.Message);
        Assert.AreSame(cause, noGpu.InnerException);
    }
}
