using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Plrs.MLNet.Images;

namespace Plrs.MLNet.Training;

/// <summary>Tells data sets apart: by all their images, and the images' classes, in order.</summary>
internal static class DataDigest
{
    public static string Of(ImageSet set, ReadOnlySpan<int> images)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var image in images)
        {
            ReadOnlySpan<long> row = [set.Label(image), (long)set.Summary(image).Hash];
            hash.AppendData(MemoryMarshal.AsBytes(row));
        }

        return string.Create(
            CultureInfo.InvariantCulture, $"{images.Length} ({Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 8))})");
    }
}
