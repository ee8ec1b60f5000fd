using Plrs.MLNet.Export;
using Plrs.MLNet.ImageClassification;
using Plrs.MLNet.Tests.ImageClassification;
using Plrs.MLNet.Tests.Support;
using Plrs.MLNet.Weights;
using static TorchSharp.torch;

namespace Plrs.MLNet.Tests.Networks.Modules;

[TestClass]
public sealed class ModuleDefinitionTests
{
    private const string HasNoGraph =
        "The network SmallModule(width: 4) is a TorchSharp module, of whose layers nothing is known: " +
        "it cannot be written as ONNX, folded, or divided into groups of layers. " +
        "For these, describe it layer by layer, as a class that derives from NetworkDefinition.";

    [TestMethod]
    public void NameAndArgumentsMakeADefinition()
    {
        Assert.AreEqual(new SmallModule(4), new SmallModule(4));
        Assert.AreNotEqual(new SmallModule(4), new SmallModule(5));
        Assert.AreEqual((3 * 4 * 9) + 4 + 8 + (4 * 8 * 9) + 8 + (8 * 3) + 3, new SmallModule(4).CountParameters(classCount: 3));
    }

    [TestMethod]
    public void WhatNeedsAGraphNamesTheDefinition()
    {
        var definition = new SmallModule(4);
        using var module = definition.CreateTrainable(3, 16, seed: 1);
        var weights = NetworkWeights.CopyOf(definition.CreateLayout(3, 16), module);

        Assert.AreEqual(HasNoGraph, Assert.ThrowsExactly<NotSupportedException>(() => definition.CreateGraph(3, 16)).Message);
        Assert.AreEqual(HasNoGraph, Assert.ThrowsExactly<NotSupportedException>(() => BatchNormFolding.Fold(weights)).Message);
        Assert.AreEqual(HasNoGraph, Assert.ThrowsExactly<NotSupportedException>(() => OnnxWriter.Write(weights)).Message);
    }

    [TestMethod]
    public void TheDocumentationsExampleIsThisOne()
    {
        var source = File.ReadAllText(Path.Combine(Checkout.Root, "Plrs.MLNet.Tests", "Networks", "Modules", "SmallModule.cs"))
            .ReplaceLineEndings("\n");
        var example = source[source.IndexOf("internal sealed class", StringComparison.Ordinal)..].Trim();

        Assert.Contains(example, File.ReadAllText(Path.Combine(Checkout.Root, "docs", "networks.md")).ReplaceLineEndings("\n"));
    }

    [TestMethod]
    public void ModulesThatCannotBeSavedAreRefusedWhenTheTrainerIsMade()
    {
        AssertRefused("has no parameters to train: layers become part of it by RegisterComponents() or register_module.", [], []);
        AssertRefused(
            "has the parameter 'a' of type Float64: parameters must be float32, and buffers float32 or int64 (or not persistent).",
            [("a", zeros(2, ScalarType.Float64))],
            []);
        AssertRefused(
            "has the buffer 'b' of type Bool: parameters must be float32, and buffers float32 or int64 (or not persistent).",
            [("a", zeros(2))],
            [("b", zeros(2, ScalarType.Bool))]);

        static void AssertRefused(string reason, (string Name, Tensor Values)[] parameters, (string Name, Tensor Values)[] buffers) =>
            AssertMessage<ArgumentException>(
                $"Arch Refused() cannot be made for images of 8×8 pixels: The module of Refused() {reason}",
                () => Options(new TestModule("Refused", _ => new TensorsModule(parameters, buffers))).Validate());
    }

    [TestMethod]
    public void NoModuleIsRefused() => AssertMessage<ArgumentException>(
        "Arch Refused() cannot be made for images of 8×8 pixels: Refused() made no module: CreateModule returned null.",
        () => Options(new TestModule("Refused", _ => null)).Validate());

    [TestMethod]
    public void MixedPrecisionIsRefused()
    {
        var options = Options(new TestModule("Refused", TestModule.Linear));
        options.Steps.Precision = TrainingPrecision.MixedBFloat16;

        AssertMessage<ArgumentException>(
            "Steps.Precision is MixedBFloat16, but Arch Refused() is a TorchSharp module, which is trained in Full.", options.Validate);
    }

    [TestMethod]
    public void WhatIsNoLogitsIsRefusedBeforeImagesAreRead()
    {
        AssertMessage<InvalidOperationException>(
            "The module of Refused() made Float32 of shape [2, 3] of 2 images; " +
            "it must make Float32 of shape [2, 5], a logit for each class.",
            () => new TestModule("Refused", _ => TestModule.Linear(3)).CreateTrainable(5, 8, seed: 1));
        AssertMessage<InvalidOperationException>(
            "The module of Refused() made Int64 of shape [2, 5] of 2 images; it must make Float32 of shape [2, 5], a logit for each class.",
            () => new TestModule("Refused", _ => new Rounding()).CreateTrainable(5, 8, seed: 1));
        AssertMessage<InvalidOperationException>(
            "The module of Refused() cannot compute images of 8×8 pixels: ",
            () => new TestModule("Refused", _ => nn.Conv2d(4, 5, kernel_size: 3)).CreateTrainable(5, 8, seed: 1));
    }

    private static TorchImageClassificationTrainer.Options Options(NetworkDefinition definition)
    {
        var options = TestPipeline.QuickOptions();
        options.Arch = definition;
        options.Images.Size = null;
        return options;
    }

    private static void AssertMessage<TException>(string start, Action action)
        where TException : Exception =>
        Assert.StartsWith(start, Assert.ThrowsExactly<TException>(action).Message);

    private sealed class Rounding() : nn.Module<Tensor, Tensor>(nameof(Rounding))
    {
        public override Tensor forward(Tensor input) => zeros(input.shape[0], 5, ScalarType.Int64);
    }
}
