using SkiaSharp;

namespace Plrs.MLNet.Images;

/// <summary>Which part of an image goes to which part of the square.</summary>
/// <param name="Source">The part of the image.</param>
/// <param name="Target">The part of the square that it fills.</param>
internal readonly record struct ImagePlacement(SKRectI Source, SKRectI Target)
{
    /// <summary>The placement of an image.</summary>
    /// <param name="resizing">The way to resize.</param>
    /// <param name="image">The size of the image as it is stored.</param>
    /// <param name="size">Width and height of the square.</param>
    /// <param name="origin">
    /// Where the image's first row and column are when it is looked at. An odd rest is at the right and at the bottom then.
    /// </param>
    public static ImagePlacement Of(ImageResizing resizing, SKSizeI image, int size, SKEncodedOrigin origin = SKEncodedOrigin.TopLeft)
    {
        var roundX =
            origin is SKEncodedOrigin.TopRight or SKEncodedOrigin.BottomRight or SKEncodedOrigin.RightBottom or SKEncodedOrigin.LeftBottom
                ? 1
                : 0;
        var roundY =
            origin is SKEncodedOrigin.BottomRight or SKEncodedOrigin.BottomLeft or SKEncodedOrigin.RightTop or SKEncodedOrigin.RightBottom
                ? 1
                : 0;
        var whole = SKRectI.Create(image);
        var square = SKRectI.Create(size, size);
        switch (resizing)
        {
            case ImageResizing.CenterCrop:
                var side = Math.Min(image.Width, image.Height);
                return new(SKRectI.Create((image.Width - side + roundX) / 2, (image.Height - side + roundY) / 2, side, side), square);
            case ImageResizing.Pad:
                var longest = Math.Max(image.Width, image.Height);
                var width = Shrunk(image.Width);
                var height = Shrunk(image.Height);
                return new(whole, SKRectI.Create((size - width + roundX) / 2, (size - height + roundY) / 2, width, height));

                int Shrunk(int length) => (int)Math.Max(1, (((long)length * size) + (longest / 2)) / longest);
            default:
                return new(whole, square);
        }
    }

    /// <summary>The scale at which no side of an image is smaller than its place in the square; at most 1.</summary>
    public static float LeastScale(ImageResizing resizing, SKSizeI image, int size)
    {
        var (a, b) = ((float)size / image.Width, (float)size / image.Height);
        return Math.Min(1, resizing == ImageResizing.Pad ? Math.Min(a, b) : Math.Max(a, b));
    }

    /// <summary>Whether an image of some size need not grow in any direction.</summary>
    public static bool Covers(ImageResizing resizing, SKSizeI image, int size)
    {
        var placement = Of(resizing, image, size);
        return placement.Source.Width >= placement.Target.Width && placement.Source.Height >= placement.Target.Height;
    }
}
