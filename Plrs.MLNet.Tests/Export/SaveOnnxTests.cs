using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;
using Plrs.MLNet.Export;
using Plrs.MLNet.Tests.ImageClassification;
using Plrs.MLNet.Tests.Support;
using Plrs.MLNet.Weights;

namespace Plrs.MLNet.Tests.Export;

/// <summary>What is in a file, which models it is made of, and what happens where it cannot be written.</summary>
[TestClass]
public sealed class SaveOnnxTests : IDisposable
{
    private readonly MLContext _mlContext = new(seed: 1);
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public void TheFileSaysWhatItTakesGivesAndWasTrainedOn()
    {
        var options = TestPipeline.QuickOptions(epochs: 1);
        options.Images.Resizing = ImageResizing.CenterCrop;
        using var model = TestPipeline.FromMemory(_mlContext, options).Fit(_mlContext.Data.LoadFromEnumerable(TestPipeline.Images(9)));
        var path = _folder.File("model.onnx");

        model.SaveOnnx(path);
        using (var file = new OnnxFile(path))
        {
            Assert.AreEqual("images: Single[batch, 3, 16, 16]", file.Input);
            Assert.AreEqual("probabilities: Single[batch, 3]", file.Output);
        }

        // Over the first file.
        model.SaveOnnx(path, OnnxInput.RgbPixels);
        using (var file = new OnnxFile(path))
        {
            Assert.AreEqual("pixels: Byte[batch, 16, 16, 3]", file.Input);
            Assert.AreEqual("probabilities: Single[batch, 3]", file.Output);
            CollectionAssert.AreEquivalent(
                new[] { "network", "classes", "image_size", "resizing", "mean", "standard_deviation" }, file.Metadata.Keys.ToArray());
            Assert.AreEqual("CifarResNet(depth: 20)", file.Metadata["network"]);
            CollectionAssert.AreEqual(TestImages.Classes, JsonSerializer.Deserialize<string[]>(file.Metadata["classes"]));
            Assert.AreEqual("16", file.Metadata["image_size"]);
            Assert.AreEqual("CenterCrop", file.Metadata["resizing"]);
            foreach (var channels in new[] { file.Metadata["mean"], file.Metadata["standard_deviation"] })
            {
                Assert.HasCount(3, JsonSerializer.Deserialize<float[]>(channels)!.Where(value => value is > 0 and < 1));
            }
        }

        CollectionAssert.AreEqual(new[] { path }, Directory.GetFiles(_folder.Path));
    }

    [TestMethod]
    public void ALoadedModelIsSavedToTheSameBytes()
    {
        var images = _mlContext.Data.LoadFromEnumerable(TestPipeline.Images(9));
        using var model = TestPipeline.FromMemory(_mlContext, TestPipeline.QuickOptions(epochs: 1)).Fit(images);
        _mlContext.Model.Save(model, images.Schema, _folder.File("model.zip"));

        model.SaveOnnx(_folder.File("trained.onnx"));
        new MLContext().Model.Load(_folder.File("model.zip"), out _).SaveOnnx(_folder.File("loaded.onnx"));
        TestPipeline.Classifier(model).SaveOnnx(_folder.File("alone.onnx"));

        var trained = File.ReadAllBytes(_folder.File("trained.onnx"));
        CollectionAssert.AreEqual(trained, File.ReadAllBytes(_folder.File("loaded.onnx")));
        CollectionAssert.AreEqual(trained, File.ReadAllBytes(_folder.File("alone.onnx")));
    }

    [TestMethod]
    public void ClassesThatHaveNoNamesAreNumbered()
    {
        var images = _mlContext.Data.LoadFromEnumerable(
            TestPipeline.Images(9).Select((image, i) => new Numbered { Image = image.Image, Label = (uint)(1 + (i % 3)) }));
        using var model = _mlContext.MulticlassClassification.Trainers.TorchImageClassification(TestPipeline.QuickOptions(epochs: 1)).Fit(
            images);

        model.SaveOnnx(_folder.File("transformer.onnx"));
        model.Model.SaveOnnx(_folder.File("model.onnx"));
        model.Model.SaveOnnx(_folder.File("named.onnx"), classNames: ["a", "b", "Blüte \"ü\""]);

        Assert.AreEqual("""["1","2","3"]""", Classes("transformer.onnx"));
        Assert.IsNull(Classes("model.onnx"));
        CollectionAssert.AreEqual(new[] { "a", "b", "Blüte \"ü\"" }, JsonSerializer.Deserialize<string[]>(Classes("named.onnx")!));
        Assert.AreEqual(
            "There are 2 names for 3 classes. (Parameter 'classNames')",
            Assert.ThrowsExactly<ArgumentException>(() => model.Model.SaveOnnx(_folder.File("x.onnx"), classNames: ["a", "b"])).Message);

        string? Classes(string name)
        {
            using var file = new OnnxFile(_folder.File(name));
            return file.Metadata.GetValueOrDefault("classes");
        }
    }

    [TestMethod]
    public void WhatCannotBeWrittenIsNamedAndWhatIsThereStays()
    {
        using var model = TestPipeline.FromMemory(_mlContext, TestPipeline.QuickOptions(epochs: 1)).Fit(
            _mlContext.Data.LoadFromEnumerable(TestPipeline.Images(6)));
        var missing = Path.Combine(_folder.Path, "missing", "model.onnx");
        Assert.StartsWith(
            $"The ONNX model cannot be written to '{missing}': ", Assert.ThrowsExactly<IOException>(() => model.SaveOnnx(missing)).Message);
        Assert.StartsWith(
            $"The ONNX model cannot be written to '{_folder.Path}': ",
            Assert.ThrowsExactly<IOException>(() => model.SaveOnnx(_folder.Path)).Message);
        Assert.IsEmpty(Directory.GetFiles(Path.GetTempPath(), $"{Path.GetFileName(_folder.Path)}*.tmp"));

        var there = _folder.File("there.onnx");
        File.WriteAllText(there, "something");
        using (new FileStream(there, FileMode.Open, FileAccess.Write, FileShare.None))
        {
            Assert.StartsWith(
                $"The ONNX model cannot be written to '{there}': ", Assert.ThrowsExactly<IOException>(() => model.SaveOnnx(there)).Message);
        }

        Assert.AreEqual("something", File.ReadAllText(there));
        Assert.ThrowsExactly<ArgumentException>(() => model.SaveOnnx(" "));
        Assert.StartsWith(
            "input is 7; it must be NormalizedImages or RgbPixels.",
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => model.SaveOnnx(there, (OnnxInput)7)).Message);
        model.Dispose();
        Assert.ThrowsExactly<ObjectDisposedException>(() => model.SaveOnnx(there));
    }

    [TestMethod]
    public void AModelWithoutOrWithSeveralClassifiersIsRefused()
    {
        var data = _mlContext.Data.LoadFromEnumerable(TestPipeline.Images(6));
        var toKey = _mlContext.Transforms.Conversion.MapValueToKey("Label").Fit(data);
        using var first = TestPipeline.FromMemory(_mlContext, TestPipeline.QuickOptions(epochs: 1)).Fit(data);
        var twice = first.Append(TestPipeline.Classifier(first));

        Assert.AreEqual(
            "The model has no TorchImageClassificationTransformer; its steps are: ValueToKeyMappingTransformer.",
            Assert.ThrowsExactly<InvalidOperationException>(() => toKey.SaveOnnx(_folder.File("x.onnx"))).Message);
        Assert.StartsWith(
            "The model has 2 TorchImageClassificationTransformers, not one; its steps are: ",
            Assert.ThrowsExactly<InvalidOperationException>(() => twice.SaveOnnx(_folder.File("x.onnx"))).Message);
    }

    // Refused by what the network says of itself, before memory is taken.
    [TestMethod]
    public void MoreThanAFileCanHoldIsRefused()
    {
        var weights = new NetworkWeights(
            Network.MobileNetV3Small.CreateGraph(classCount: 1 << 20, imageSize: 32), new Dictionary<string, WeightTensor>());

        var error = Assert.ThrowsExactly<InvalidOperationException>(() => OnnxWriter.Create(weights));

        Assert.AreEqual(
            "The network's weights have 4305281744 bytes; an ONNX model, which scores and can be saved, holds at most 2000000000.",
            error.Message);
    }

    private sealed class Numbered
    {
        public byte[] Image { get; set; } = [];

        [KeyType(3)]
        public uint Label { get; set; }
    }
}
