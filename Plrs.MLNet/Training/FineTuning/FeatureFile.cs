using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Plrs.MLNet.Common;
using Plrs.MLNet.Images;

namespace Plrs.MLNet.Training;

/// <summary>
/// A set's features on disk, for later runs: <c>features/&lt;key&gt;.features</c> in the workspace. The key is a hash of all that they
/// depend on, so a file of that name is right or damaged; a damaged one is made anew.
/// </summary>
/// <param name="folder">The workspace.</param>
/// <param name="network">The network, its weights and its input, in words.</param>
internal sealed class FeatureFile(string folder, string network)
{
    private static readonly CheckedFile Format = new("PLRSFEAT", version: 1, "file of features");

    /// <summary>Where a set's features are.</summary>
    public string PathOf(ImageSet images)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(network));
        for (var i = 0; i < images.Count; i++)
        {
            hash.AppendData(MemoryMarshal.AsBytes([images.Summary(i).Hash]));
        }

        var key = Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 8));
        return Path.Combine(folder, "features", key + ".features");
    }

    /// <summary>Reads the features of a set.</summary>
    /// <param name="images">The images.</param>
    /// <param name="recordBytes">The number of bytes of each record.</param>
    /// <param name="records">Where they are added.</param>
    /// <returns>Whether they were there. Nothing is added otherwise.</returns>
    public bool TryRead(ImageSet images, int recordBytes, RecordStore records)
    {
        try
        {
            Format.Read(PathOf(images), reader =>
            {
                var count = reader.ReadInt32();
                if (count != FeatureSet.Views * images.Count || reader.ReadInt32() != recordBytes)
                {
                    throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"it claims to have {count} records"));
                }

                // The checksum was right and the numbers are: no record is missing.
                var record = new byte[recordBytes];
                for (var i = 0; i < count; i++)
                {
                    reader.BaseStream.ReadExactly(record);
                    records.Add(record);
                }
            });
            return true;
        }
        catch (Exception e) when (e is FormatException || FileFailure.Is(e))
        {
            return false;
        }
    }

    /// <summary>Writes the features of a set.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public void Write(ImageSet images, int recordBytes, FeatureSet features)
    {
        var path = PathOf(images);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        Format.Write(path, writer =>
        {
            writer.Write(features.Count);
            writer.Write(recordBytes);
            using var reader = features.CreateReader();
            for (var i = 0; i < features.Count; i++)
            {
                writer.Write(reader.Read(i));
            }
        });
    }
}
