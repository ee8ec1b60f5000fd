using Microsoft.ML;
using Microsoft.ML.Data;

namespace Plrs.MLNet.Tests.ImageClassification.ModelFiles;

/// <summary>What the blocks of a file say of who can load them.</summary>
[TestClass]
public sealed class ModelVersionTests
{
    private static readonly ModelZip Intact = ModelZip.Create();

    // ML.NET gives the name to .NET, which loads no assembly that is older than the version in a name.
    [TestMethod]
    public void TheAssemblyIsNamedWithoutItsVersion()
    {
        foreach (var entry in new[] { Intact.TransformerEntry, Intact.ModelEntry })
        {
            Assert.AreEqual("Plrs.MLNet", ModelKey.Assembly(Intact[entry]), entry);

            var newer = ModelKey.WithAssembly(Intact[entry], "Plrs.MLNet, Version=99.0.0.0, Culture=neutral, PublicKeyToken=null");
            Assert.IsNotNull(
                ModelLoad.Pipeline(new MLContext(), Intact.ToBytes(entry, newer)).Error, $"{entry}: the version no longer matters.");
        }
    }

    [TestMethod]
    [DataRow(0x00010001)]
    [DataRow(0x00010002)]
    public void AModelOfAVersionThatWasNotReleasedIsRefused(int version) => AssertRefused(
        Intact.ToBytes(Intact.ModelEntry, ModelKey.WithVersion(Intact[Intact.ModelEntry], version)),
        $"The model's block 'TorchImageClassification' has version 0x{version:x8}, which was never released; " +
        "0x00010003 is the first. Train and save the model again.");

    [TestMethod]
    public void ABlockThatOnlyALaterVersionReadsIsRefused()
    {
        AssertRefused(
            Intact.ToBytes(Intact.ModelEntry, ModelKey.WithVersion(Intact[Intact.ModelEntry], 0x7fffffff)),
            "The model's block 'TorchImageClassification' has version 0x7fffffff; this version of Plrs.MLNet reads up to 0x00010003. " +
            "Load the file with a later version of Plrs.MLNet.");
        AssertRefused(
            Intact.ToBytes(Intact.TransformerEntry, ModelKey.WithVersion(Intact[Intact.TransformerEntry], 0x00020001)),
            "The model's block 'TorchImagePredXfer' has version 0x00020001; this version of Plrs.MLNet reads up to 0x00010001. " +
            "Load the file with a later version of Plrs.MLNet.");
    }

    [TestMethod]
    public void ATransformerOfAVersionThatWasNotReleasedIsRefused() => AssertRefused(
        Intact.ToBytes(Intact.TransformerEntry, ModelKey.WithVersion(Intact[Intact.TransformerEntry], 0x00010000)),
        "The model's block 'TorchImagePredXfer' has version 0x00010000, which was never released; " +
        "0x00010001 is the first. Train and save the model again.");

    // That is how files were before there was a transformer of this library's own.
    [TestMethod]
    public void AnOldModelInATransformerOfMLNetsIsRefused()
    {
        var mlContext = new MLContext(seed: 1);
        var data = mlContext.Data.LoadFromEnumerable(TestPipeline.Images(6));
        var toKey = mlContext.Transforms.Conversion.MapValueToKey("Label").Fit(data);
        var model = TestPipeline.Model(TestPipeline.FromMemory(mlContext, TestPipeline.QuickOptions(epochs: 1)).Fit(data));
        var old = new MulticlassPredictionTransformer<TorchImageClassificationModelParameters>(
            mlContext, model, toKey.Transform(data).Schema, "Image", "Label");
        var zip = ModelZip.Save(mlContext, toKey.Append(old), data.Schema);

        AssertRefused(
            zip.ToBytes(zip.ModelEntry, ModelKey.WithVersion(zip[zip.ModelEntry], 0x00010002)),
            "The model's block 'TorchImageClassification' has version 0x00010002, which was never released; " +
            "0x00010003 is the first. Train and save the model again.");
    }

    [TestMethod]
    public void ABlockOfAnotherKindIsRefused()
    {
        AssertRefused(
            Intact.ToBytes(Intact.ModelEntry, Intact[Intact.ModelEntry].With(ModelKey.Signature, "OTHERONE"u8.ToArray())),
            "The model is damaged: its block 'TorchImageClassification' has another signature.");
        AssertRefused(
            Intact.ToBytes(Intact.TransformerEntry, Intact[Intact.TransformerEntry].With(ModelKey.Signature, "OTHERONE"u8.ToArray())),
            "The model is damaged: its block 'TorchImagePredXfer' has another signature.");
    }

    private static void AssertRefused(byte[] zip, string message)
    {
        var load = ModelLoad.Pipeline(new MLContext(), zip);

        Assert.IsInstanceOfType<InvalidOperationException>(load.Error);
        Assert.AreEqual(message, load.FormatError!.Message);
    }
}
