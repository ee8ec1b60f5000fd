using Plrs.MLNet.ImageClassification;
using Plrs.MLNet.Images;
using Plrs.MLNet.Records;

namespace Plrs.MLNet.Tests.ImageClassification;

[TestClass]
public sealed class PixelsRecordTests
{
    private const string Advice = "Its probabilities may differ by some hundredths. Train it again for the same in both.";

    [TestMethod]
    [DataRow(Resampler.Name, "3.119.4", DisplayName = "the same")]
    [DataRow(Resampler.Name, "3.119.7", DisplayName = "a patch")]
    [DataRow(Resampler.Name, null, DisplayName = "a decoder that is not known")]
    public void TheSamePixelsAreNoMatter(string resampling, string? decoder) =>
        Assert.IsNull(PixelsRecord.Warning(Record(resampling, decoder), "3.119.4"));

    [TestMethod]
    [DataRow("", null, "resized by SkiaSharp's 'medium' filter, and are resized by 'triangle 1' here")]
    [DataRow("cubic 3", "3.119.4", "resized by 'cubic 3', and are resized by 'triangle 1' here")]
    [DataRow("triangle 1", "4.150.3", "decoded by SkiaSharp 4.150.3, and are decoded by 3.119.4 here")]
    [DataRow(
        "cubic 3",
        "2.88.9",
        "resized by 'cubic 3', and are resized by 'triangle 1' here; " +
        "they were decoded by SkiaSharp 2.88.9, and are decoded by 3.119.4 here")]
    public void OthersAreNamed(string resampling, string? decoder, string difference) =>
        Assert.AreEqual(
            $"The images that the model was trained on were {difference}. {Advice}",
            PixelsRecord.Warning(Record(resampling, decoder), "3.119.4"));

    [TestMethod]
    public void AModelWithoutARecordIsNotJudged() => Assert.IsNull(PixelsRecord.Warning(null, "3.119.4"));

    private static TrainingRecord Record(string resampling, string? decoder) => new()
    {
        Images = new() { Resampling = resampling },
        Versions = decoder is null ? new Dictionary<string, string>() : new Dictionary<string, string> { [PixelsRecord.Decoder] = decoder },
    };
}
