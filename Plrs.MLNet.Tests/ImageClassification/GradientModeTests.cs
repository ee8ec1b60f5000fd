using Plrs.MLNet.Tests.Checkpoints;
using static TorchSharp.torch;

namespace Plrs.MLNet.Tests.ImageClassification;

/// <summary>A caller may have turned gradients off: training turns them on for itself.</summary>
[TestClass]
public sealed class GradientModeTests
{
    public static IEnumerable<(Func<IDisposable> Mode, string Variant)> Modes =>
        from mode in new Func<IDisposable>[] { () => no_grad(), () => inference_mode() }
        from variant in new[] { "averaged from epoch 1, norms recomputed", "gradual, momentum" }
        select (mode, variant);

    [TestMethod]
    [DynamicData(nameof(Modes))]
    public void TrainingIsTheSameAndTheModeStaysTheCallers(Func<IDisposable> mode, string variant)
    {
        var outside = QuickRun.Train(QuickRun.QuickOptions(variant)).Weights;
        using (mode())
        {
            Assert.AreEqual(outside, QuickRun.Train(QuickRun.QuickOptions(variant)).Weights);
            Assert.IsFalse(is_grad_enabled());
        }

        Assert.IsTrue(is_grad_enabled());
    }
}
