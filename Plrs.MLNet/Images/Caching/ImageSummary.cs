using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Plrs.MLNet.Images;

/// <summary>What is known of a decoded image without its pixels.</summary>
/// <param name="Red">The sums of the red plane.</param>
/// <param name="Green">The sums of the green plane.</param>
/// <param name="Blue">The sums of the blue plane.</param>
/// <param name="Hash">Tells it from other images.</param>
internal readonly record struct ImageSummary(PlaneSums Red, PlaneSums Green, PlaneSums Blue, ulong Hash)
{
    public static ImageSummary Of(ReadOnlySpan<byte> planes)
    {
        var area = planes.Length / ImageDecoder.Channels;
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(planes, hash);
        return new(
            PlaneSums.Of(planes[..area]),
            PlaneSums.Of(planes.Slice(area, area)),
            PlaneSums.Of(planes.Slice(2 * area, area)),
            BinaryPrimitives.ReadUInt64LittleEndian(hash));
    }
}

/// <summary>The sums of a plane's values and of their squares.</summary>
internal readonly record struct PlaneSums(long Values, long Squares)
{
    public static PlaneSums operator +(PlaneSums a, PlaneSums b) => new(a.Values + b.Values, a.Squares + b.Squares);

    public static PlaneSums Of(ReadOnlySpan<byte> plane)
    {
        long values = 0;
        long squares = 0;
        foreach (var value in plane)
        {
            values += value;
            squares += value * value;
        }

        return new(values, squares);
    }
}
