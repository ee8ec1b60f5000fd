using Microsoft.ML;
using Microsoft.ML.Data;
using Plrs.MLNet.ImageClassification;
using Plrs.MLNet.Records;

namespace Plrs.MLNet.Tests.ImageClassification.ModelFiles;

/// <summary>What the parts of a file say of who can load them.</summary>
[TestClass]
public sealed class ModelVersionTests
{
    private const string Advice = "Load the file with the version of Plrs.MLNet that saved it, or train and save it again with this one.";

    private static readonly ModelZip Intact = ModelZip.Create();

    // ML.NET gives the name to .NET, which loads no assembly that is older than the version in a name.
    [TestMethod]
    public void TheAssemblyIsNamedWithoutItsVersion()
    {
        foreach (var entry in new[] { Intact.TransformerEntry, Intact.ModelEntry })
        {
            Assert.AreEqual("Plrs.MLNet", ModelKey.Assembly(Intact[entry]), entry);

            var newer = ModelKey.WithAssembly(Intact[entry], "Plrs.MLNet, Version=99.0.0.0, Culture=neutral, PublicKeyToken=null");
            Assert.IsNotNull(ModelLoad.Pipeline(new MLContext(), Intact.ToBytes(entry, newer)).Error, $"{entry}: the version no longer matters.");
        }
    }

    [TestMethod]
    [DataRow(0x00010001)]
    [DataRow(0x00010002)]
    [DataRow(0x7fffffff)]
    public void AModelOfAnotherVersionIsRefusedAndBothAreNamed(int version) => AssertRefused(
        Intact.ToBytes(Intact.ModelEntry, ModelKey.WithVersion(Intact[Intact.ModelEntry], version)),
        $"The model's part 'TorchImageClassification' has version 0x{version:x8}; this version of Plrs.MLNet reads 0x{ModelKey.Version(Intact[Intact.ModelEntry]):x8} alone. {Advice}");

    [TestMethod]
    [DataRow(0x00010000)]
    [DataRow(0x00020001)]
    public void ATransformerOfAnotherVersionIsRefusedAndBothAreNamed(int version) => AssertRefused(
        Intact.ToBytes(Intact.TransformerEntry, ModelKey.WithVersion(Intact[Intact.TransformerEntry], version)),
        $"The model's part 'TorchImagePredXfer' has version 0x{version:x8}; this version of Plrs.MLNet reads 0x00010001 alone. {Advice}");

    // That is how files were before there was a transformer of this library's own.
    [TestMethod]
    public void AnOldModelInATransformerOfMLNetsIsRefused()
    {
        var mlContext = new MLContext(seed: 1);
        var data = mlContext.Data.LoadFromEnumerable(TestPipeline.Images(6));
        var toKey = mlContext.Transforms.Conversion.MapValueToKey("Label").Fit(data);
        var model = TestPipeline.Model(TestPipeline.FromMemory(mlContext, TestPipeline.QuickOptions(epochs: 1)).Fit(data));
        var old = new MulticlassPredictionTransformer<TorchImageClassificationModelParameters>(mlContext, model, toKey.Transform(data).Schema, "Image", "Label");
        var zip = ModelZip.Save(mlContext, toKey.Append(old), data.Schema);

        AssertRefused(
            zip.ToBytes(zip.ModelEntry, ModelKey.WithVersion(zip[zip.ModelEntry], 0x00010002)),
            $"The model's part 'TorchImageClassification' has version 0x00010002; this version of Plrs.MLNet reads 0x{ModelKey.Version(zip[zip.ModelEntry]):x8} alone. {Advice}");
    }

    [TestMethod]
    public void APartOfAnotherKindIsRefused()
    {
        AssertRefused(
            Intact.ToBytes(Intact.ModelEntry, Intact[Intact.ModelEntry].With(ModelKey.Signature, "OTHERONE"u8.ToArray())),
            "The model is damaged: its part 'TorchImageClassification' has another signature.");
        AssertRefused(
            Intact.ToBytes(Intact.TransformerEntry, Intact[Intact.TransformerEntry].With(ModelKey.Signature, "OTHERONE"u8.ToArray())),
            "The model is damaged: its part 'TorchImagePredXfer' has another signature.");
    }

    private static void AssertRefused(byte[] zip, string message)
    {
        var load = ModelLoad.Pipeline(new MLContext(), zip);

        Assert.IsInstanceOfType<InvalidOperationException>(load.Error);
        Assert.AreEqual(message, load.FormatError!.Message);
    }
}
