using Plrs.MLNet.Images;
using Plrs.MLNet.Tests.Images.Caching;
using Plrs.MLNet.Tests.Support;

namespace Plrs.MLNet.Tests.Images.Batching;

[TestClass]
[DoNotParallelize]
public sealed class PhotoAugmentationTests
{
    private const int Seed = 3;

    private static readonly Normalization Constants = new([0.5f, 0.25f, 0.75f], [0.25f, 0.5f, 1]);

    private static readonly ImageAugmentation AllAtOnce = ImageAugmentation.Photos with
    {
        RandomCropPadding = 2,
        MinimumCropArea = 0.08,
        MaximumCropAspectRatio = 2,
        Brightness = 0.5,
        Contrast = 1,
        Saturation = 0.75,
        Hue = 0.5,
    };

    public static IEnumerable<(ImageAugmentation Augmentation, int Size)> Cases =>
        from augmentation in new[]
        {
            ImageAugmentation.CropAndFlip,
            ImageAugmentation.Photos,
            new ImageAugmentation { MinimumCropArea = 0.08 },
            new ImageAugmentation { MinimumCropArea = 0.3, MaximumCropAspectRatio = 1, RandomCropPadding = 3 },
            new ImageAugmentation { Brightness = 1 },
            new ImageAugmentation { Contrast = 0.5 },
            new ImageAugmentation { Contrast = 0.5, RandomCropPadding = 4 },
            new ImageAugmentation { Saturation = 1, HorizontalFlip = true },
            new ImageAugmentation { Hue = 0.25 },
            AllAtOnce,
        }
        from size in new[] { 4, 8, 19 }
        select (augmentation, size);

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void ImagesAreThoseOfTheReference(ImageAugmentation augmentation, int size)
    {
        var augmenter = new Augmenter(augmentation, Constants, size, Seed);
        var reference = new ReferenceAugmentation(augmentation, Constants, size, Seed);
        for (var image = 0; image < 40; image++)
        {
            var pixels = TestSets.RandomImage(size, image);

            var expected = reference.Apply(pixels, image, epoch: image % 3);
            var actual = Apply(augmenter, pixels, image, use: image % 3);

            for (var i = 0; i < expected.Length; i++)
            {
                Assert.AreEqual(expected[i], actual[i], 2e-5f, $"image {image}, value {i}");
            }
        }
    }

    [TestMethod]
    public void WhatIsMadeDependsOnNeitherOrderNorThreads()
    {
        var augmenter = new Augmenter(AllAtOnce, Constants, 16, Seed);
        var pixels = TestSets.RandomImage(16);
        var expected = Enumerable.Range(0, 64).Select(image => Apply(augmenter, pixels, image, use: 5)).ToArray();

        var actual = new float[64][];
        Parallel.For(
            0, 64, new ParallelOptions { MaxDegreeOfParallelism = 4 }, i => actual[63 - i] = Apply(augmenter, pixels, 63 - i, use: 5));

        for (var image = 0; image < 64; image++)
        {
            CollectionAssert.AreEqual(expected[image], actual[image]);
        }
    }

    [TestMethod]
    [DataRow(2, 0, 0L)]
    [DataRow(1, 1, 0L)]
    [DataRow(1, 0, 1L)]
    [DataRow(1, 0, 1L << 32)]
    public void AnotherSeedImageOrUseIsAnotherChange(int seed, int shift, long use)
    {
        var pixels = TestSets.RandomImage(16);
        foreach (var augmentation in new[] { new ImageAugmentation { MinimumCropArea = 0.2 }, new ImageAugmentation { Brightness = 0.5 } })
        {
            var one = new Augmenter(augmentation, Constants, 16, seed: 1);
            var other = new Augmenter(augmentation, Constants, 16, seed);

            var equal = Enumerable.Range(0, 100)
                .Count(image => Apply(one, pixels, image, use: 0).AsSpan().SequenceEqual(Apply(other, pixels, image + shift, use)));

            Assert.IsLessThan(10, equal);
        }
    }

    [TestMethod]
    public void AnImageTakesNoMemory()
    {
        var augmenter = new Augmenter(AllAtOnce, Constants, 64, Seed);
        var pixels = TestSets.RandomImage(64);
        var values = new float[pixels.Length];

        Assert.AreEqual(0L, Allocations.Of(() => augmenter.Apply(pixels, image: 1, use: 2, values)));
    }

    [TestMethod]
    public void TheReadyOnesAreWhatTheySay()
    {
        Assert.AreEqual(new ImageAugmentation { RandomCropPadding = 4, HorizontalFlip = true }, ImageAugmentation.CropAndFlip);
        Assert.AreEqual(
            new ImageAugmentation { MinimumCropArea = 0.35, HorizontalFlip = true, Brightness = 0.2, Contrast = 0.2, Saturation = 0.2 },
            ImageAugmentation.Photos);
        Assert.AreEqual(
            (1.0, 4.0 / 3, 0.0),
            (new ImageAugmentation().MinimumCropArea, new ImageAugmentation().MaximumCropAspectRatio, new ImageAugmentation().MixupAlpha));
    }

    private static float[] Apply(Augmenter augmenter, byte[] pixels, int image, long use)
    {
        var values = new float[ImageDecoder.DecodedBytes((int)Math.Sqrt(pixels.Length / ImageDecoder.Channels))];
        augmenter.Apply(pixels, image, use, values);
        return values;
    }
}
