using Plrs.MLNet.Images;
using Plrs.MLNet.Tests.Images.Caching;

namespace Plrs.MLNet.Tests.Images.Batching;

[TestClass]
public sealed class NormalizationTests
{
    // Images of 2 × 2 pixels: four bytes a channel.
    private static readonly byte[] First = [0, 100, 0, 100, 50, 50, 50, 50, 255, 255, 255, 255];
    private static readonly byte[] Second = [100, 200, 200, 100, 50, 50, 50, 50, 0, 0, 0, 0];
    private static readonly byte[] Third = [9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9];

    [TestMethod]
    public void MeansAndDeviationsAreThoseOfAllPixelsOfAChannel()
    {
        var normalization = Normalization.Measure(TestSets.Of(First, Second), [0, 1]);

        Assert.AreEqual(100f / 255, normalization.Mean[0], 1e-7f);
        Assert.AreEqual(50f / 255, normalization.Mean[1], 1e-7f);
        Assert.AreEqual(0.5f, normalization.Mean[2], 1e-7f);

        // Of 0, 100, 100, 200: √5000. Of a channel that never changes: one grey level. Of 255, 255, 0, 0: half of 255.
        Assert.AreEqual(Math.Sqrt(5000) / 255, normalization.StandardDeviation[0], 1e-7);
        Assert.AreEqual(1f / 255, normalization.StandardDeviation[1]);
        Assert.AreEqual(0.5f, normalization.StandardDeviation[2], 1e-7f);
    }

    [TestMethod]
    public void OnlyTheImagesNamedAreMeasured()
    {
        var all = Normalization.Measure(TestSets.Of(Third, First, Third, Second), [1, 3]);
        var two = Normalization.Measure(TestSets.Of(First, Second), [0, 1]);

        CollectionAssert.AreEqual(two.Mean, all.Mean);
        CollectionAssert.AreEqual(two.StandardDeviation, all.StandardDeviation);
    }

    [TestMethod]
    public void TheOrderOfTheImagesDoesNotMatter()
    {
        var set = TestSets.Random(count: 50, imageSize: 9);
        int[] order = [.. Enumerable.Range(0, 50)];
        var forward = Normalization.Measure(set, order);
        Array.Reverse(order);
        var backward = Normalization.Measure(set, order);

        CollectionAssert.AreEqual(forward.Mean, backward.Mean);
        CollectionAssert.AreEqual(forward.StandardDeviation, backward.StandardDeviation);
    }

    [TestMethod]
    public void ApplyNormalisesEveryByteByItsChannel()
    {
        float[] mean = [0.5f, 0, 1];
        float[] deviation = [0.25f, 1, 2];
        var normalization = new Normalization(mean, deviation);
        byte[] pixels = [.. Enumerable.Range(0, 256).Select(value => (byte)value), .. new byte[256], .. Enumerable.Repeat((byte)255, 256)];
        var values = new float[pixels.Length];

        normalization.Apply(pixels, values);

        for (var i = 0; i < pixels.Length; i++)
        {
            var channel = i / 256;
            Assert.AreEqual(((pixels[i] / 255.0) - mean[channel]) / deviation[channel], values[i], 1e-6);
            Assert.AreEqual(normalization.Table(channel)[pixels[i]], values[i]);
        }
    }

    [TestMethod]
    public void NormalisedImagesHaveMeanZeroAndDeviationOne()
    {
        const int Area = 16 * 16;
        var set = TestSets.Random(count: 20, imageSize: 16);
        var normalization = Normalization.Measure(set, [.. Enumerable.Range(0, 20)]);
        var values = new float[20][];
        for (var image = 0; image < 20; image++)
        {
            values[image] = new float[3 * Area];
            normalization.Apply(set.Pixels(image), values[image]);
        }

        for (var channel = 0; channel < 3; channel++)
        {
            double[] all = [.. values.SelectMany(image => image.Skip(channel * Area).Take(Area)).Select(value => (double)value)];
            Assert.AreEqual(0, all.Average(), 1e-4);
            Assert.AreEqual(1, all.Average(value => value * value), 1e-4);
        }
    }
}
