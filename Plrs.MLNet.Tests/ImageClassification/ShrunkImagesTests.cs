using Microsoft.ML;
using Microsoft.ML.Runtime;
using Plrs.MLNet.Tests.Images.Decoding;
using Plrs.MLNet.Tests.Support;
using SkiaSharp;

namespace Plrs.MLNet.Tests.ImageClassification;

/// <summary>A warning where the network sees next to nothing of the images.</summary>
[TestClass]
public sealed class ShrunkImagesTests
{
    private readonly MLContext _mlContext = new(seed: 1);
    private readonly List<string> _warnings = [];

    public ShrunkImagesTests() =>
        _mlContext.Log += (_, e) =>
        {
            if (e.Kind == ChannelMessageKind.Warning && e.RawMessage.StartsWith("The network sees ", StringComparison.Ordinal))
            {
                _warnings.Add(e.RawMessage);
            }
        };

    [TestMethod]
    public void PhotosBroughtToTheNetworksOwnSizeAreWarnedOfOnce()
    {
        Fit(imageSize: null, (160, 129), (160, 129), (160, 129), (32, 32), (20, 20));

        Assert.AreEqual(
            "The network sees 32 × 32 pixels (the Images.Size of Arch CifarResNet(depth: " +
            "20)) of training images whose median size is 160 × 129, more than 4 times as much in both directions: " +
            "what tells the classes apart may be lost. Set Images.Size higher, or Arch to a network for larger images.",
            _warnings.Single());
    }

    [TestMethod]
    public void AnImageSizeThatWasSetIsNamed()
    {
        Fit(imageSize: 16, (65, 100), (65, 100), (200, 300));

        Assert.AreEqual(
            "The network sees 16 × 16 pixels (Images.Size; Arch CifarResNet(depth: " +
            "20) is made for 32 × 32) of training images whose median size is 65 × 100, more than 4 times as much in both directions: " +
            "what tells the classes apart may be lost. Set Images.Size higher, or Arch to a network for larger images.",
            _warnings.Single());
    }

    [TestMethod]
    public void NothingIsSaidWhereMostImagesAreNotThatLargeInBothDirections()
    {
        Fit(imageSize: 16, (64, 64), (64, 64), (300, 300));
        Fit(imageSize: 16, (300, 64), (300, 64), (300, 64));
        Fit(imageSize: 64, (200, 200), (200, 200), (200, 200));

        Assert.IsEmpty(_warnings);
    }

    [TestMethod]
    public void WidthAndHeightAreThoseOfTheUprightImage()
    {
        SKColor[] pixels = [.. Enumerable.Repeat(SKColors.Teal, 100 * 70)];
        FitEncoded(imageSize: 16, [.. Enumerable.Repeat(JpegImages.Oriented(pixels, width: 100, orientation: 6), 4)]);

        Assert.Contains("whose median size is 70 × 100,", _warnings.Single());
    }

    [TestMethod]
    public void MLNetsOwnImagesAreMeasuredToo()
    {
        var options = TestPipeline.QuickOptions(epochs: 1);
        using var folder = new ImageFolder(imagesPerClass: 1, classes: 1);
        folder.Add("square", "a.png", TestImages.Encode("square", 1, size: 90));
        folder.Add("square", "b.png", TestImages.Encode("square", 2, size: 90));
        var pipeline = _mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(_mlContext.Transforms.LoadImages("Image", folder.Path, nameof(ImageRow.ImagePath)))
            .Append(_mlContext.MulticlassClassification.Trainers.TorchImageClassification(options));

        pipeline.Fit(folder.Load(_mlContext));

        Assert.Contains("whose median size is 90 × 90,", _warnings.Single());
    }

    private void Fit(int? imageSize, params (int Width, int Height)[] sizes) =>
        FitEncoded(imageSize, [.. sizes.Select(size => EncodedImages.Plain(SKColors.Teal, size.Width, size.Height))]);

    private void FitEncoded(int? imageSize, byte[][] images)
    {
        var options = TestPipeline.QuickOptions(epochs: 1);
        options.Images.Size = imageSize;
        var rows = images.Select((image, i) => new InMemoryImage { Image = image, Label = TestImages.Classes[i % 2] });
        TestPipeline.FromMemory(_mlContext, options).Fit(_mlContext.Data.LoadFromEnumerable(rows));
    }
}
