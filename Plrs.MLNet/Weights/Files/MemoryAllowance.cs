namespace Plrs.MLNet.Weights;

/// <summary>
/// How much memory reading a file may take: twice its length, which half-precision values need as float32, and a constant for what stands
/// around them. Whatever is made by what a file claims is taken from it first, so that no claim can cost more.
/// </summary>
/// <param name="fileLength">The length of the file in bytes.</param>
internal sealed class MemoryAllowance(long fileLength)
{
    /// <summary>The bytes beyond twice the file's length.</summary>
    public const long Constant = 16 << 20;

    private long _left = (2 * fileLength) + Constant;

    /// <summary>Takes bytes before they are allocated.</summary>
    /// <exception cref="FormatException">There are not as many left.</exception>
    public void Take(long bytes)
    {
        if (bytes > _left)
        {
            throw new FormatException($"it claims contents that take more memory than twice its {fileLength} bytes");
        }

        _left -= bytes;
    }
}
