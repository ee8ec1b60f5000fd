using System.Security.Cryptography;

namespace Plrs.MLNet.Weights;

/// <summary>The SHA-256 of files, in small hexadecimal digits.</summary>
internal static class FileDigest
{
    public static string Of(string path)
    {
        using var stream = new FileStream(
            path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 1 << 16, FileOptions.SequentialScan);
        return Of(stream);
    }

    /// <summary>The SHA-256 of the rest of a stream.</summary>
    public static string Of(Stream stream) => Convert.ToHexStringLower(SHA256.HashData(stream));

    /// <summary>A digest that a user gives, in small digits.</summary>
    /// <param name="sha256">What the user gives.</param>
    /// <param name="start">Its first digits, which are known.</param>
    /// <param name="fileName">The name of the file.</param>
    /// <exception cref="ArgumentException">It is no SHA-256, or does not begin so.</exception>
    public static string Checked(string sha256, string start, string fileName)
    {
        var digits = sha256.ToLowerInvariant();
        if (digits.Length != 2 * SHA256.HashSizeInBytes || !digits.All(char.IsAsciiHexDigit))
        {
            throw new ArgumentException(
                $"'{sha256}' is no SHA-256: it must have {2 * SHA256.HashSizeInBytes} hexadecimal digits.", nameof(sha256));
        }

        return digits.StartsWith(start, StringComparison.Ordinal)
            ? digits
            : throw new ArgumentException(
                $"'{sha256}' is not the SHA-256 of '{fileName}', which begins with the {start} of its name.", nameof(sha256));
    }

    /// <summary>An expected digest in words: whole, or the beginning of one.</summary>
    public static string Describe(string sha256) => sha256.Length == 2 * SHA256.HashSizeInBytes ? sha256 : $"one that begins with {sha256}";
}
