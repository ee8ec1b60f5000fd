using Plrs.MLNet.Images;

namespace Plrs.MLNet.Tests.Images.Caching;

/// <summary>Sets of images made of given or random bytes, in memory.</summary>
internal static class TestSets
{
    public static DecoderSettings Decoding(int size, ImageResizing resizing = ImageResizing.Stretch, long maximumPixels = 1 << 27) =>
        new(size, resizing, maximumPixels);

    /// <summary>A set of the given images, the first of class 0, the next of class 1 and so on.</summary>
    public static ImageSet Of(params byte[][] images) => Of(images, [.. Enumerable.Range(0, images.Length)]);

    /// <summary>A set of the given images, of the given classes.</summary>
    public static ImageSet Of(byte[][] images, int[] classes)
    {
        var size = images.Length == 0 ? 1 : (int)Math.Sqrt(images[0].Length / ImageDecoder.Channels);
        var cache = new ImageCache(Decoding(size), ImageCacheMode.Memory, budget: 0, workspace: null);
        Array.ForEach(images, image => cache.Records.Add(image));
        return new ImageSet(cache, first: 0, isEncoded: false, classes, [.. images.Select(image => ImageSummary.Of(image))]);
    }

    /// <summary>A set of random images of one pixel, of the given classes.</summary>
    public static ImageSet OfClasses(int[] classes) => Of([.. classes.Select((_, seed) => RandomImage(imageSize: 1, seed))], classes);

    public static ImageSet Random(int count, int imageSize) =>
        Of([.. Enumerable.Range(0, count).Select(seed => RandomImage(imageSize, seed))]);

    public static byte[] RandomImage(int imageSize, int seed = 0)
    {
        var image = new byte[ImageDecoder.DecodedBytes(imageSize)];
        new Random(seed).NextBytes(image);
        return image;
    }

    /// <summary>What the decoder makes of an image that it can use.</summary>
    public static byte[] Decode(ImageInput image, int size, ImageResizing resizing = ImageResizing.Stretch)
    {
        using var decoder = new ImageDecoder(Decoding(size, resizing));
        var pixels = new byte[ImageDecoder.DecodedBytes(size)];
        Assert.IsNull(decoder.Decode(image, pixels));
        return pixels;
    }

    /// <summary>The decoded bytes of one image.</summary>
    public static byte[] Pixels(this ImageSet set, int index)
    {
        using var reader = set.CreateReader();
        return reader.Read(index).ToArray();
    }
}
