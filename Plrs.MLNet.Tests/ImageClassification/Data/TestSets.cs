using Plrs.MLNet.ImageClassification.Data;

namespace Plrs.MLNet.Tests.ImageClassification.Data;

/// <summary>Sets of images made of given or random bytes.</summary>
internal static class TestSets
{
    /// <summary>A set of the given images, the first of class 0, the next of class 1 and so on.</summary>
    public static ImageSet Of(params byte[][] images)
    {
        var store = new PixelStore(images.Length == 0 ? 1 : images[0].Length);
        store.Grow(images.Length);
        for (var i = 0; i < images.Length; i++)
        {
            images[i].CopyTo(store[i]);
        }

        int[] numbers = [.. Enumerable.Range(0, images.Length)];
        return new ImageSet(store, numbers, numbers);
    }

    public static ImageSet Random(int count, int imageSize) => Of([.. Enumerable.Range(0, count).Select(seed => RandomImage(imageSize, seed))]);

    public static byte[] RandomImage(int imageSize, int seed = 0)
    {
        var image = new byte[ImageDecoder.DecodedBytes(imageSize)];
        new Random(seed).NextBytes(image);
        return image;
    }
}
