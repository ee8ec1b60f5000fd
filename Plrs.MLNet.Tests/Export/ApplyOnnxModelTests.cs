using Microsoft.ML;
using Microsoft.ML.Data;
using Plrs.MLNet.Export;
using Plrs.MLNet.Tests.ImageClassification;
using Plrs.MLNet.Tests.Support;

namespace Plrs.MLNet.Tests.Export;

/// <summary>Files in a pipeline of ML.NET's own steps: its image loader, its pixel extractor and its ONNX scorer.</summary>
[TestClass]
public sealed class ApplyOnnxModelTests
{
    private const int ImageSize = 32;
    private const int ImagesPerClass = 12;

    private readonly MLContext _mlContext = new(seed: 1);

    [TestMethod]
    [DataRow("ResNet20")]
    [DataRow("MobileNetV3Small")]
    public void MLNetScoresAFileAsTheModelThatItIsOf(string network)
    {
        using var folder = new ImageFolder(imagesPerClass: 0);
        for (var number = 0; number < ImagesPerClass; number++)
        {
            foreach (var kind in TestImages.Classes)
            {
                folder.Add(kind, $"{number:D3}.png", TestImages.Encode(kind, number, ImageSize));
            }
        }

        using var files = new TemporaryFolder();
        var options = TestPipeline.QuickOptions(epochs: 16);
        options.Arch = Network.Known[network];
        options.Images.Size = ImageSize;
        var images = folder.Load(_mlContext);
        using var model = TestPipeline.FromFiles(_mlContext, folder, options).Fit(images);
        var expected = TestPipeline.Scores(model, images);
        Assert.IsGreaterThan(0.05f, expected.Max() - expected.Min());
        model.SaveOnnx(files.File("pixels.onnx"), OnnxInput.RgbPixels);

        var pipeline = _mlContext.Transforms.LoadImages("Image", folder.Path, nameof(ImageRow.ImagePath))
            .Append(_mlContext.Transforms.ResizeImages("Image", ImageSize, ImageSize))
            .Append(_mlContext.Transforms.ExtractPixels(
                OnnxPixels.Input,
                "Image",
                interleavePixelColors: true,
                outputAsFloatArray: false,
                orderOfExtraction: Microsoft.ML.Transforms.Image.ImagePixelExtractingEstimator.ColorsOrder.ARGB))
            .Append(_mlContext.Transforms.ApplyOnnxModel(OnnxWriter.Output, OnnxPixels.Input, files.File("pixels.onnx")));
        var scored = pipeline.Fit(images).Transform(images);

        var actual = scored.GetColumn<float[]>(OnnxWriter.Output).SelectMany(scores => scores).ToArray();
        Assert.HasCount(expected.Length, actual);
        Assert.IsLessThan(1e-4, expected.Zip(actual, (a, b) => Math.Abs((double)a - b)).Max());
    }

    [TestMethod]
    public void MLNetScoresNormalisedImages()
    {
        using var files = new TemporaryFolder();
        var images = TestPipeline.Images(12);
        var data = _mlContext.Data.LoadFromEnumerable(images);
        using var model = TestPipeline.FromMemory(_mlContext, TestPipeline.QuickOptions()).Fit(data);
        model.SaveOnnx(files.File("images.onnx"));
        var drawn = new OnnxImages(count: 10, size: 16);
        var rows = _mlContext.Data.LoadFromEnumerable(
            drawn.Encoded.Select(image => new InMemoryImage { Image = [.. image.DenseValues()], Label = "disc" }));
        var normalized = drawn.Normalize(TestPipeline.Model(model).Normalization).Chunk(3 * 16 * 16)
            .Select(values => new Normalized { Values = values });

        var scored = _mlContext.Transforms.ApplyOnnxModel(OnnxWriter.Output, OnnxWriter.Input, files.File("images.onnx"))
            .Fit(_mlContext.Data.LoadFromEnumerable(normalized)).Transform(_mlContext.Data.LoadFromEnumerable(normalized));

        var expected = TestPipeline.Scores(model, rows);
        var actual = scored.GetColumn<float[]>(OnnxWriter.Output).SelectMany(scores => scores).ToArray();
        Assert.HasCount(expected.Length, actual);
        Assert.IsLessThan(1e-4, expected.Zip(actual, (a, b) => Math.Abs((double)a - b)).Max());
    }

    private sealed class Normalized
    {
        [ColumnName(OnnxWriter.Input)]
        [VectorType(3 * 16 * 16)]
        public float[] Values { get; set; } = [];
    }
}
