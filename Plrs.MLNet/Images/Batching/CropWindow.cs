using Plrs.MLNet.Randomness;

namespace Plrs.MLNet.Images;

/// <summary>A part of an image, in its pixels. It may reach beyond the image, where all is of the mean colour.</summary>
internal readonly record struct CropWindow(int Left, int Top, int Width, int Height)
{
    private const int Attempts = 10;
    private const int DrawsPerAttempt = 4;

    /// <summary>
    /// A random window of a square image, as torchvision's <c>RandomResizedCrop</c> draws it: area and shape, again where it does not fit,
    /// and the whole image where ten do not.
    /// </summary>
    /// <param name="size">The image's width and height.</param>
    /// <param name="augmentation">The least area and the greatest aspect ratio.</param>
    /// <param name="draws">The image's draws.</param>
    public static CropWindow Random(int size, ImageAugmentation augmentation, ImageDraws draws)
    {
        var steepest = Math.Log(augmentation.MaximumCropAspectRatio);
        for (var draw = 0; draw < Attempts * DrawsPerAttempt; draw += DrawsPerAttempt)
        {
            var area = draws.Between(augmentation.MinimumCropArea, 1, RandomStream.ResizedCrop, draw) * size * size;
            var ratio = Math.Exp(draws.Between(-steepest, steepest, RandomStream.ResizedCrop, draw + 1));
            var width = (int)Math.Round(Math.Sqrt(area * ratio));
            var height = (int)Math.Round(Math.Sqrt(area / ratio));
            if (width > 0 && width <= size && height > 0 && height <= size)
            {
                return new CropWindow(
                    draws.Below(size - width + 1, RandomStream.ResizedCrop, draw + 2),
                    draws.Below(size - height + 1, RandomStream.ResizedCrop, draw + 3),
                    width,
                    height);
            }
        }

        return new CropWindow(0, 0, size, size);
    }

    /// <summary>The columns, from the window's left, that lie in the image.</summary>
    public Range ColumnsInside(int imageSize) => Math.Clamp(-Left, 0, Width)..Math.Clamp(imageSize - Left, 0, Width);

    /// <summary>The rows, from the window's top, that lie in the image.</summary>
    public Range RowsInside(int imageSize) => Math.Clamp(-Top, 0, Height)..Math.Clamp(imageSize - Top, 0, Height);
}
