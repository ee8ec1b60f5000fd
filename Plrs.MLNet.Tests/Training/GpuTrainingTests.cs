using Plrs.MLNet.Tests.Networks;
using Plrs.MLNet.Tests.Support;
using Plrs.MLNet.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Plrs.MLNet.Tests.Training;

/// <summary>A training on a GPU, where there is one. It has not been run yet.</summary>
[TestClass]
public sealed class GpuTrainingTests
{
    [TestMethod]
    public void AGpuTrainsLikeTheCpuAndTwiceTheSame()
    {
        AnyGpu.OrInconclusive();

        var (expected, _) = Run(CPU, stepsPerReading: 1);
        var (losses, weights) = Run(device(DeviceType.CUDA, 0), stepsPerReading: 8);
        var (_, again) = Run(device(DeviceType.CUDA, 0), stepsPerReading: 8);

        Assert.HasCount(expected.Count, losses);
        foreach (var (one, other) in expected.Zip(losses))
        {
            Assert.AreEqual(one, other, 1e-2f);
        }

        Assert.AreEqual(weights, again);
    }

    private static (List<float> Losses, string Weights) Run(Device device, int stepsPerReading)
    {
        var losses = new List<float>();
        var callbacks = new CallbackObserver(metrics => losses.Add(metrics.CrossEntropy), reportsTraining: true);
        using var network = new ToyNetwork(classCount: 4);
        using (var session = ToySession.Create(
            network, [callbacks], ToySession.Settings with { Device = device, StepsPerReading = stepsPerReading }))
        {
            session.Run();
        }

        return (losses, TestNetworks.Fingerprint(network));
    }
}
