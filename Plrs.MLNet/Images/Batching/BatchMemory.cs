using System.Globalization;

namespace Plrs.MLNet.Images;

/// <summary>What the batches of a run take, of the training and of the validation data.</summary>
/// <param name="TrainImages">The number of images to train on.</param>
/// <param name="ValidationImages">The number of images to validate on.</param>
/// <param name="ImageSize">The images' width and height in pixels.</param>
internal sealed record BatchMemory(int TrainImages, int ValidationImages, int ImageSize)
{
    private int ValuesPerImage => ImageDecoder.Channels * ImageSize * ImageSize;

    private long BytesPerImage => sizeof(float) * (long)ValuesPerImage;

    /// <summary>The number of images that a batch has room for: no more than there are.</summary>
    public static int Capacity(int batchSize, int images) => Math.Clamp(images, 1, batchSize);

    /// <summary>Refuses batches that memory cannot hold. The network's own memory comes on top, and is not looked at.</summary>
    /// <param name="batchSize">The option.</param>
    /// <param name="available">The bytes that the process may have.</param>
    /// <exception cref="InvalidOperationException">They are too large.</exception>
    public void Check(int batchSize, long available)
    {
        var most = (int)Math.Min(Array.MaxLength / ValuesPerImage, Largest(available));
        var train = Capacity(batchSize, TrainImages);
        var validation = ValidationImages == 0 ? 0 : Capacity(batchSize, ValidationImages);
        if (Math.Max(train, validation) > Array.MaxLength / ValuesPerImage || Bytes(train, validation) > available)
        {
            throw new InvalidOperationException(string.Create(
                CultureInfo.InvariantCulture,
                $"BatchSize is {batchSize}, which memory cannot hold: {BatchReader.Slots} batches of {train} " +
                $"images to train on{(validation == 0 ? "" : $" and {BatchReader.Slots} of {validation} to validate on")}, each image " +
                $"{BytesPerImage:N0} bytes ({ImageSize}×{ImageSize} pixels), " +
                $"are {Bytes(train, validation):N0} bytes, and this process may have {available:N0}. " +
                $"Set BatchSize to at most {Math.Max(1, most)}, less what the network takes, or Images.Size to fewer pixels."));
        }
    }

    private long Largest(long available) => available / (BatchReader.Slots * BytesPerImage * (ValidationImages > 0 ? 2 : 1));

    private long Bytes(int train, int validation) => BatchReader.Slots * BytesPerImage * ((long)train + validation);
}
