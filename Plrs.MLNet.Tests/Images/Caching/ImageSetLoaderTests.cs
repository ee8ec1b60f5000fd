using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Plrs.MLNet.Images;
using Plrs.MLNet.Tests.Images.Decoding;
using SkiaSharp;

namespace Plrs.MLNet.Tests.Images.Caching;

[TestClass]
public sealed class ImageSetLoaderTests
{
    private const int Size = 4;
    private const int Missing = -1;

    private readonly MLContext _mlContext = new(seed: 1);
    private readonly List<SkippedImage> _skipped = [];
    private readonly List<string> _warnings = [];

    public ImageSetLoaderTests() =>
        _mlContext.Log += (_, e) =>
        {
            if (e.Kind == ChannelMessageKind.Warning)
            {
                _warnings.Add(e.RawMessage);
            }
        };

    [TestMethod]
    public void ImagesAndLabelsAreInTheOrderOfTheRows()
    {
        // More than two blocks of rows, each image of its own colour.
        var set = Load(Enumerable.Range(0, 150).Select(i => Row(Plain(i), i % 7)));

        Assert.AreEqual(150, set.Count);
        for (var i = 0; i < 150; i++)
        {
            Assert.AreEqual(i % 7, set.Label(i));
            Assert.AreEqual(3 * Size * Size, set.Pixels(i).Length);
            Assert.IsFalse(set.Pixels(i).AsSpan().ContainsAnyExcept((byte)i), $"Image {i}");
        }

        Assert.IsEmpty(_skipped);
        Assert.IsEmpty(_warnings);
    }

    [TestMethod]
    public void BadRowsAreLeftOutAndReportedInOrder()
    {
        int[] bad = [0, 63, 64, 99];
        var set = Load(
            Enumerable.Range(0, 100).Select(i => bad.Contains(i) ? Row([], 1) : Row(Plain(i), i)), ImageClassificationDataset.Validation);

        int[] expected = [.. Enumerable.Range(0, 100).Except(bad)];
        CollectionAssert.AreEqual(expected, Enumerable.Range(0, set.Count).Select(set.Label).ToArray());
        CollectionAssert.AreEqual(expected, Enumerable.Range(0, set.Count).Select(i => (int)set.Pixels(i)[0]).ToArray());
        CollectionAssert.AreEqual(
            bad.Select(
                row => new SkippedImage { DatasetUsed = ImageClassificationDataset.Validation, Row = row, Reason = "the image is empty" })
                .ToArray(),
            _skipped);
        Assert.ContainsSingle(_warnings);
        Assert.AreEqual(
            "Skipped 4 of 100 images in column 'Image' (Validation): " +
            "row 0: the image is empty; row 63: the image is empty; row 64: the image is empty; row 99: the image is empty.",
            _warnings[0]);
    }

    [TestMethod]
    public void AMissingLabelLeavesTheRowOut()
    {
        var set = Load([Row(Plain(1), 1), Row(Plain(2), Missing), Row([], Missing), Row(Plain(3), 2)]);

        Assert.AreEqual(2, set.Count);
        CollectionAssert.AreEqual(
            new[]
            {
                new SkippedImage { DatasetUsed = ImageClassificationDataset.Train, Row = 1, Reason = "the label is missing" },
                new SkippedImage { DatasetUsed = ImageClassificationDataset.Train, Row = 2, Reason = "the label is missing" },
            },
            _skipped);
    }

    [TestMethod]
    public void TheWarningNamesTheFirstFiveRows()
    {
        Load([.. Enumerable.Repeat(Row([], 1), 6), Row(Plain(1), 1)]);

        var five = string.Join("; ", Enumerable.Range(0, 5).Select(row => $"row {row}: the image is empty"));
        Assert.AreEqual($"Skipped 6 of 7 images in column 'Image' (Train): {five}; ….", _warnings.Single());
        Assert.HasCount(6, _skipped);
    }

    [TestMethod]
    public void NoRowsAndNoUsableRowsAreErrors()
    {
        var none = Assert.ThrowsExactly<InvalidOperationException>(() => Load([]));
        var bad = Assert.ThrowsExactly<InvalidOperationException>(() => Load([Row([], 1), Row([1, 2], 1)]));

        Assert.AreEqual("There are no images: the data (Train) has no rows.", none.Message);
        Assert.AreEqual("None of the 2 images in column 'Image' (Train) can be used. Row 0: the image is empty.", bad.Message);
        Assert.HasCount(2, _skipped);
    }

    [TestMethod]
    public void AnErrorInTheCallbackReachesTheCaller()
    {
        var error = Assert.ThrowsExactly<FormatException>(() => Load([Row([], 1)], callback: _ => throw new FormatException("Enough.")));

        Assert.AreEqual("Enough.", error.Message);
    }

    [TestMethod]
    public void CancellationEndsTheLoading()
    {
        var rows = Enumerable.Range(0, 1000).Select(i =>
        {
            if (i == 200)
            {
                _mlContext.CancelExecution();
            }

            Assert.IsLessThan(202, i, "Rows were read after the cancellation.");
            return Row([], 1);
        });

        Assert.Throws<OperationCanceledException>(() => Load(rows));
        Assert.IsEmpty(_warnings);
    }

    [TestMethod]
    public void StoppingEndsTheLoading()
    {
        using var stop = new CancellationTokenSource();
        var rows = Enumerable.Range(0, 1000).Select(i =>
        {
            if (i == 200)
            {
                stop.Cancel();
            }

            Assert.IsLessThan(202, i, "Rows were read after the stop.");
            return Row([], 1);
        });

        var error = Assert.ThrowsExactly<NotSupportedException>(() => Load(rows, stop: stop.Token));

        Assert.AreEqual("Enough.", error.Message);
        Assert.IsEmpty(_warnings);
    }

    [TestMethod]
    public void AnErrorInTheDataReachesTheCaller()
    {
        var rows = Enumerable.Range(0, 1000).Select(i => i == 300 ? throw new FormatException("No such row.") : Row(Plain(1), 1));

        Assert.AreEqual("No such row.", Assert.Throws<Exception>(() => Load(rows)).GetBaseException().Message);
    }

    [TestMethod]
    [DataRow(ImageCacheMode.Memory)]
    [DataRow(ImageCacheMode.Disk)]
    [DataRow(ImageCacheMode.None)]
    public void SetsThatShareACacheHaveTheirOwnImages(ImageCacheMode mode)
    {
        using var cache = new ImageCache(TestSets.Decoding(Size), mode, budget: 0, workspace: null);
        var first = Load(Enumerable.Range(0, 70).Select(i => Row(i == 3 ? [] : Plain(i), i)), cache: cache);
        var second = Load(Enumerable.Range(100, 70).Select(i => Row(Plain(i), i)), cache: cache);

        CollectionAssert.AreEqual(
            Enumerable.Range(0, 70).Where(i => i != 3).ToArray(), Enumerable.Range(0, 69).Select(i => (int)first.Pixels(i)[0]).ToArray());
        CollectionAssert.AreEqual(
            Enumerable.Range(100, 70).ToArray(), Enumerable.Range(0, 70).Select(i => (int)second.Pixels(i)[^1]).ToArray());
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => first.Pixels(69));
        Assert.AreEqual(mode == ImageCacheMode.None, second.IsEncoded);
        Assert.AreEqual(139, cache.Records.Count);
    }

    [TestMethod]
    public void ImagesOfManyMebibytesAreLoaded()
    {
        // A block of rows is full after 16 MiB of them; one image may be more than that.
        var noise = TestSets.RandomImage(2600);
        var large = EncodedImages.Bmp(
            [.. Enumerable.Range(0, 2600 * 2600).Select(i => new SKColor(noise[i], noise[i], noise[i]))], width: 2600);

        var set = Load([Row(large, 1), Row(Plain(7), 2), Row(large, 3)]);

        Assert.AreEqual(3, set.Count);
        CollectionAssert.AreEqual(set.Pixels(0), set.Pixels(2));
        Assert.AreEqual(7, set.Pixels(1)[5]);
    }

    private static byte[] Plain(int grey) => EncodedImages.Plain(new SKColor((byte)grey, (byte)grey, (byte)grey), 3, 5);

    private static KeyedImage Row(byte[] image, int label) => new() { Image = image, Label = (uint)label };

    private ImageSet Load(
        IEnumerable<KeyedImage> rows,
        ImageClassificationDataset dataset = ImageClassificationDataset.Train,
        Action<SkippedImage>? callback = null,
        ImageCache? cache = null,
        CancellationToken stop = default)
    {
        var host = ((IHostEnvironment)_mlContext).Register("test");
        cache ??= new ImageCache(TestSets.Decoding(Size), ImageCacheMode.Memory, budget: 0, workspace: null);
        Exception? Ending() => stop.IsCancellationRequested ? new NotSupportedException("Enough.") : null;
        return new ImageSetLoader(host, cache, dataset, Ending, progress: _ => { }, callback ?? _skipped.Add)
            .Load(_mlContext.Data.LoadFromEnumerable(rows), "Image", "Label");
    }

    private sealed class KeyedImage
    {
        public byte[] Image { get; set; } = [];

        // ML.NET takes this for the key's value less one, and numbers beyond the count for missing.
        [KeyType(200)]
        public uint Label { get; set; }
    }
}
