using Plrs.MLNet.Torch;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Plrs.MLNet.Tests.Torch;

/// <summary>The optimizers with updates of their own, against TorchSharp's.</summary>
[TestClass]
[DoNotParallelize]
public sealed class OptimizerTests
{
    [TestMethod]
    [DataRow(0.0, 0.0, 0.0, false)]
    [DataRow(0.9, 0.0, 0.0, false)]
    [DataRow(0.9, 0.3, 0.01, false)]
    [DataRow(0.0, 0.0, 0.05, false)]
    [DataRow(0.8, 0.0, 0.05, true)]
    public void SgdIsTorchSharpsToTheLastBit(double momentum, double dampening, double weightDecay, bool nesterov) => AssertEqual(
        weight => new SgdOptimizer([new SGD.ParamGroup([weight], 0.1, momentum, dampening, weightDecay, nesterov)], 0.1),
        weight => optim.SGD([weight], 0.1, momentum, dampening, weightDecay, nesterov));

    [TestMethod]
    [DataRow(0.9, 0.999, 1e-8, 0.0)]
    [DataRow(0.5, 0.7, 0.1, 0.05)]
    public void AdamIsTorchSharpsToTheLastBit(double beta1, double beta2, double epsilon, double weightDecay) => AssertEqual(
        weight => new AdamOptimizer([new Adam.ParamGroup([weight], 0.1, beta1, beta2, epsilon, weightDecay)], 0.1),
        weight => optim.Adam([weight], 0.1, beta1, beta2, epsilon, weightDecay));

    [TestMethod]
    [DataRow(0.9, 0.999, 1e-8, 0.01)]
    [DataRow(0.5, 0.7, 0.1, 0.0)]
    public void AdamWIsTorchSharpsToTheLastBit(double beta1, double beta2, double epsilon, double weightDecay) => AssertEqual(
        weight => new AdamWOptimizer([new AdamW.ParamGroup([weight], 0.1, beta1, beta2, epsilon, weightDecay)], 0.1),
        weight => optim.AdamW([weight], 0.1, beta1, beta2, epsilon, weightDecay));

    [TestMethod]
    public void GarbageCollectionsByOtherThreadsDoNotDisturbThem()
    {
        // TorchSharp's own fail within some ten thousand steps of this.
        var quiet = Train();
        using var stop = new CancellationTokenSource();
        var collector = new Thread(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                GC.Collect(0);
                GC.WaitForPendingFinalizers();
            }
        });
        collector.Start();
        try
        {
            CollectionAssert.AreEqual(quiet, Train());
        }
        finally
        {
            stop.Cancel();
            collector.Join();
        }

        static float[] Train()
        {
            using var weight = new Parameter(ones(100));
            using var gradient = full(100, 0.5f);
            weight.grad = gradient;
            using var optimizer = new AdamWOptimizer([new AdamW.ParamGroup([weight], 1e-3)], 1e-3);
            for (var step = 0; step < 30_000; step++)
            {
                optimizer.step();
            }

            return [.. weight.data<float>()];
        }
    }

    private static void AssertEqual(Func<Parameter, optim.Optimizer> own, Func<Parameter, optim.Optimizer> torchSharps) =>
        CollectionAssert.AreEqual(Train(torchSharps), Train(own));

    private static float[] Train(Func<Parameter, optim.Optimizer> create)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        using var weight = new Parameter(randn(1003, generator: generator));
        using var optimizer = create(weight);
        for (var step = 0; step < 5; step++)
        {
            optimizer.ParamGroups.Single().LearningRate = 0.1 / (step + 1);
            weight.grad = randn(1003, generator: generator);
            optimizer.step();
        }

        return [.. weight.data<float>()];
    }
}
