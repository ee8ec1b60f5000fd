using Plrs.MLNet.Images;

namespace Plrs.MLNet.Tests.Images.Batching;

[TestClass]
public sealed class AugmenterTests
{
    private const int Size = 5;
    private const int Draws = 4000;

    private static readonly Normalization Constants = new([0.5f, 0.25f, 0.75f], [0.25f, 0.5f, 1]);

    // The mean colour in bytes.
    private static readonly byte[] Padding = [128, 64, 191];

    // No two bytes are equal, so a window shows where it was cut; none is of the mean colour, so that padding shows as well.
    private static readonly byte[] Pixels =
    [
        .. Enumerable.Range(129, 62).Concat(Enumerable.Range(1, 63)).Take(ImageDecoder.DecodedBytes(Size)).Select(value => (byte)value),
    ];

    [TestMethod]
    [DataRow(0, false)]
    [DataRow(0, true)]
    [DataRow(1, false)]
    [DataRow(2, true)]
    [DataRow(Size, true)]
    public void EveryWindowOfThePaddedImageComesUpAboutEquallyOftenAndNothingElse(int padding, bool flip)
    {
        var expected = AllWindows(padding, flip);
        var augmenter = Augmenter(padding, flip);
        var counts = new int[expected.Count];
        for (var image = 0; image < Draws; image++)
        {
            counts[expected.FindIndex(window => window.AsSpan().SequenceEqual(Apply(augmenter, image, epoch: 0)))]++;
        }

        // Windows of nothing but padding are equal, and found as the first of them: those are judged by their number alone.
        var kinds = expected.Select(window => expected.FindIndex(other => other.AsSpan().SequenceEqual(window))).ToArray();
        foreach (var group in kinds.GroupBy(kind => kind))
        {
            var mean = (double)Draws * group.Count() / expected.Count;
            Assert.AreEqual(mean, counts[group.Key], (5 * Math.Sqrt(mean)) + 1e-9, $"Window {group.Key}");
        }
    }

    [TestMethod]
    public void WithoutCropAndFlipImagesAreOnlyNormalised()
    {
        var expected = new float[Pixels.Length];
        Constants.Apply(Pixels, expected);

        CollectionAssert.AreEqual(expected, Apply(Augmenter(padding: 0, flip: false), image: 3, epoch: 4));
    }

    [TestMethod]
    public void ChangesDependOnSeedEpochAndImageAlone()
    {
        var augmenter = Augmenter(padding: 2, flip: true);
        var forward = Enumerable.Range(0, 40).Select(image => Apply(augmenter, image, epoch: 7)).ToArray();
        var backward = Enumerable.Range(0, 40).Reverse()
            .Select(image => Apply(Augmenter(padding: 2, flip: true), image, epoch: 7)).Reverse().ToArray();

        for (var image = 0; image < 40; image++)
        {
            CollectionAssert.AreEqual(forward[image], backward[image]);
        }
    }

    [TestMethod]
    [DataRow(2, 1, 0)]
    [DataRow(1, 2, 0)]
    [DataRow(1, 1, 1)]
    public void AnotherSeedEpochOrImageIsAnotherChange(int seed, int epoch, int shift)
    {
        // By chance two windows are equal once in 25 times, and two images mirrored or not every second time.
        foreach (var (padding, flip, chance) in new[] { (2, false, 1 / 25.0), (0, true, 1 / 2.0) })
        {
            var augmenter = Augmenter(padding, flip, seed: 1);
            var other = Augmenter(padding, flip, seed);
            var equal = Enumerable.Range(0, 1000).Count(image =>
                Apply(augmenter, image, epoch: 1).AsSpan().SequenceEqual(Apply(other, image + shift, epoch)));

            Assert.AreEqual(1000 * chance, equal, 5 * Math.Sqrt(1000 * chance * (1 - chance)));
        }
    }

    private static Augmenter Augmenter(int padding, bool flip, int seed = 1) =>
        new(new ImageAugmentation { RandomCropPadding = padding, HorizontalFlip = flip }, Constants, Size, seed);

    private static float[] Apply(Augmenter augmenter, int image, int epoch)
    {
        var values = new float[Pixels.Length];
        augmenter.Apply(Pixels, image, epoch, values);
        return values;
    }

    /// <summary>Every result there can be, cut pixel by pixel from the padded image.</summary>
    private static List<float[]> AllWindows(int padding, bool flip)
    {
        var windows = new List<float[]>();
        for (var top = 0; top <= 2 * padding; top++)
        {
            for (var left = 0; left <= 2 * padding; left++)
            {
                windows.Add(Window(padding, top, left, mirrored: false));
                if (flip)
                {
                    windows.Add(Window(padding, top, left, mirrored: true));
                }
            }
        }

        return windows;
    }

    private static float[] Window(int padding, int top, int left, bool mirrored)
    {
        var window = new float[Pixels.Length];
        for (var i = 0; i < window.Length; i++)
        {
            var (channel, place) = Math.DivRem(i, Size * Size);
            var (y, x) = Math.DivRem(place, Size);
            var sourceY = top + y - padding;
            var sourceX = left + (mirrored ? Size - 1 - x : x) - padding;
            var inside = sourceY is >= 0 and < Size && sourceX is >= 0 and < Size;
            window[i] = Constants.Table(channel)[inside ? Pixels[(channel * Size * Size) + (sourceY * Size) + sourceX] : Padding[channel]];
        }

        return window;
    }
}
