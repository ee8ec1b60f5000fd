using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Plrs.MLNet.ImageClassification.Data;

namespace Plrs.MLNet.ImageClassification.Checkpoints;

/// <summary>Tells data sets apart: by the number of images, all their classes in order, and the pixels of a sample.</summary>
internal static class DataDigest
{
    private const int SampledImages = 256;

    public static string Of(ImageSet set, ReadOnlySpan<int> images)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var stride = Math.Max(1, images.Length / SampledImages);
        for (var i = 0; i < images.Length; i++)
        {
            var label = set.Label(images[i]);
            hash.AppendData(MemoryMarshal.AsBytes(new ReadOnlySpan<int>(in label)));
            if (i % stride == 0)
            {
                hash.AppendData(set.Pixels(images[i]));
            }
        }

        return string.Create(CultureInfo.InvariantCulture, $"{images.Length} ({Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 8))})");
    }
}
