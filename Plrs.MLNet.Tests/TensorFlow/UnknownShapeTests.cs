using System.Diagnostics.CodeAnalysis;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;

namespace Plrs.MLNet.Tests.TensorFlow;

/// <summary>Trainers that have a scheduler, but differ from what the library knows: a future Microsoft.ML.Vision could.</summary>
[TestClass]
public sealed class UnknownShapeTests
{
    [TestMethod]
    public void ATrainerWithoutTheConstructor() => CheckRefused(
        new WithoutConstructor(new MLContext()),
        nameof(WithoutConstructor),
        "a constructor (IHostEnvironment, FieldOptions)");

    [TestMethod]
    public void ATrainerWithoutAHost() => CheckRefused(new WithoutHost(), nameof(WithoutHost), "a field with its IHost");

    [TestMethod]
    public void ATrainerThatDoesNotKeepItsOptions() =>
        CheckRefused(new WithoutOptions(), nameof(WithoutOptions), "a field with its options");

    [TestMethod]
    public void ATrainerWhoseOptionsHaveAProperty() => CheckRefused(
        new WithProperty(new MLContext(), new PropertyOptions()),
        nameof(PropertyOptions),
        "a public field of type LearningRateScheduler");

    [TestMethod]
    public void OptionsWithAProperty()
    {
        var error = Assert.ThrowsExactly<NotSupportedException>(() => new PropertyOptions().UsePlrs(0.1, 0.2));

        CheckMessage(error, nameof(PropertyOptions), "a public field of type LearningRateScheduler");
    }

    [TestMethod]
    public void OptionsWithoutAnyScheduler()
    {
        var error = Assert.ThrowsExactly<InvalidOperationException>(
            () => new SdcaMaximumEntropyMulticlassTrainer.Options().UsePlrs(0.1, 0.2));

        Assert.AreEqual(
            $"{typeof(SdcaMaximumEntropyMulticlassTrainer.Options).FullName} takes no learning-rate schedule: " +
            "it has no LearningRateScheduler.",
            error.Message);
    }

    private static void CheckRefused(IEstimator<ITransformer> trainer, string type, string expected)
    {
        var error = Assert.ThrowsExactly<NotSupportedException>(() => trainer.UsePlrs(0.1, 0.2));

        CheckMessage(error, type, expected);
    }

    private static void CheckMessage(NotSupportedException error, string type, string expected) => Assert.AreEqual(
        $"{typeof(UnknownShapeTests).FullName}+{type} of Plrs.MLNet.Tests 1.1.0 has a learning-rate scheduler, " +
        $"but not {expected}, as Microsoft.ML.Vision 5.x has. " +
        "This version of Plrs.MLNet cannot set its schedule.",
        error.Message);

    private abstract class Estimator : IEstimator<ITransformer>
    {
        public ITransformer Fit(IDataView input) => throw new NotSupportedException();

        public SchemaShape GetOutputSchema(SchemaShape inputSchema) => throw new NotSupportedException();
    }

    private sealed class FieldOptions : TrainerInputBaseWithLabel
    {
        [SuppressMessage("Design", "CA1051:Do not declare visible instance fields", Justification = "The original's is a field.")]
        public LearningRateScheduler? LearningRateScheduler = new LsrDecay();
    }

    private sealed class PropertyOptions : TrainerInputBaseWithLabel
    {
        public LearningRateScheduler? LearningRateScheduler { get; } = new LsrDecay();
    }

    private sealed class WithoutConstructor(IHostEnvironment env) : Estimator
    {
        public readonly IHost Host = env.Register(nameof(WithoutConstructor));
        public readonly FieldOptions Options = new();
    }

    private sealed class WithoutHost : Estimator
    {
        public readonly FieldOptions Options = new();
    }

    private sealed class WithoutOptions : Estimator
    {
        public sealed class Options : TrainerInputBaseWithLabel
        {
            public LearningRateScheduler LearningRateScheduler = new LsrDecay();
        }
    }

    private sealed class WithProperty(IHostEnvironment env, PropertyOptions options) : Estimator
    {
        public readonly IHost Host = env.Register(nameof(WithProperty));
        public readonly PropertyOptions Options = options;
    }
}
