using Plrs.MLNet.Schedules;
using Plrs.MLNet.TorchTrainers;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Plrs.MLNet.Tests.TorchTrainers;

/// <summary>Inner trainers that differ from what the library knows: a future Microsoft.ML.TorchSharp could have them.</summary>
[TestClass]
public sealed class InnerTrainerTests
{
    [TestMethod]
    public void WithoutAnOptimizer() => CheckRefused(
        new Inner { LearningRateScheduler = new IdleScheduler(), TrainingRowCount = 1, Other = new object() }, "one optimizer");

    [TestMethod]
    public void WithTwoOptimizers() => CheckRefused(
        new Two { LearningRateScheduler = new IdleScheduler(), Optimizer = Sgd(), Second = Sgd(), TrainingRowCount = 1 }, "one optimizer");

    [TestMethod]
    public void WithoutANumberOfRows() =>
        CheckRefused(new WithoutRows { LearningRateScheduler = new IdleScheduler(), Optimizer = Sgd() }, "a number of rows");

    [TestMethod]
    public void ADelegateWithoutVariablesHasNone() => Assert.IsNull(InnerTrainer.Behind(Nothing));

    private static void CheckRefused(object trainer, string expected)
    {
        var inner = InnerTrainer.Behind(() => trainer.GetHashCode())!;

        var error = Assert.ThrowsExactly<NotSupportedException>(() => inner.Use(new ConstantSchedule(1), new object()));

        Assert.AreEqual(
            $"{typeof(InnerTrainerTests).FullName}+{trainer.GetType().Name} of Plrs.MLNet.Tests 1.1.0 has a learning-rate scheduler, " +
            $"but not {expected}, as Microsoft.ML.TorchSharp 0.23 has. " +
            "This version of Plrs.MLNet cannot set its schedule.",
            error.Message);
    }

    private static void Nothing()
    {
    }

    private static SGD Sgd() => optim.SGD([nn.Parameter(zeros(1))], learningRate: 1);

    private sealed class Inner
    {
        public optim.lr_scheduler.LRScheduler? LearningRateScheduler;
        public int TrainingRowCount;
        public object? Other;
    }

    private sealed class Two
    {
        public optim.lr_scheduler.LRScheduler? LearningRateScheduler;
        public optim.Optimizer? Optimizer;
        public optim.Optimizer? Second;
        public int TrainingRowCount;
    }

    private sealed class WithoutRows
    {
        public optim.lr_scheduler.LRScheduler? LearningRateScheduler;
        public optim.Optimizer? Optimizer;
    }
}
