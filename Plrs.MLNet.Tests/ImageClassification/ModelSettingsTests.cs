using Microsoft.ML;
using Plrs.MLNet.Tests.Images.Decoding;
using Plrs.MLNet.Tests.Support;
using SkiaSharp;

namespace Plrs.MLNet.Tests.ImageClassification;

/// <summary>The settings of the images, which travel with the model.</summary>
[TestClass]
public sealed class ModelSettingsTests
{
    private const long MaximumPixels = 54_321;

    private readonly MLContext _mlContext = new(seed: 1);

    [TestMethod]
    public void ALoadedModelResizesAndRefusesAsTheTrainingDid()
    {
        // The middle of the image is the same in all of them; what is at the sides is not.
        using var loaded = (IDisposable)Load(Train());
        using var engine = _mlContext.Model.CreatePredictionEngine<InMemoryImage, ImagePrediction>((ITransformer)loaded);
        float[] Score(SKColor sides) => engine.Predict(new InMemoryImage { Image = WithSides(sides) }).Score;

        CollectionAssert.AreEqual(Score(SKColors.White), Score(SKColors.Black));
        Assert.IsTrue(Score(SKColors.White).All(float.IsFinite));
        Assert.IsTrue(engine.Predict(new InMemoryImage { Image = EncodedImages.Plain(SKColors.Red, 543, 100) }).Score.All(float.IsFinite));
        Assert.IsTrue(engine.Predict(new InMemoryImage { Image = EncodedImages.Plain(SKColors.Red, 544, 100) }).Score.All(float.IsNaN));
    }

    [TestMethod]
    public void ImagesAboveTheLimitAreSkippedInTraining()
    {
        var skipped = new List<SkippedImage>();
        Train(skipped.Add, PngImages.HeaderOnly(544, 100));

        Assert.AreEqual("the image is too large (544 × 100 pixels, more than the Images.MaximumPixels of 54321)", skipped.Single().Reason);
    }

    private byte[] Train(Action<SkippedImage>? skipped = null, params byte[][] more)
    {
        var options = TestPipeline.QuickOptions(epochs: 1);
        options.Images.Resizing = ImageResizing.CenterCrop;
        options.Images.MaximumPixels = MaximumPixels;
        options.Reporting.Observers = [.. options.Reporting.Observers, new Watching { Skipped = skipped }];
        var images = TestPipeline.Images(9).Concat(more.Select(image => new InMemoryImage { Image = image, Label = "disc" }));
        var data = _mlContext.Data.LoadFromEnumerable(images);
        using var stream = new MemoryStream();
        _mlContext.Model.Save(TestPipeline.FromMemory(_mlContext, options).Fit(data), data.Schema, stream);
        return stream.ToArray();
    }

    private ITransformer Load(byte[] model) => _mlContext.Model.Load(new MemoryStream(model), out _);

    private static byte[] WithSides(SKColor sides)
    {
        SKColor[] row = [.. Enumerable.Repeat(sides, 16), .. Enumerable.Repeat(SKColors.Green, 16), .. Enumerable.Repeat(sides, 16)];
        return EncodedImages.Encode([.. Enumerable.Repeat(row, 16).SelectMany(colors => colors)], width: 48);
    }
}
