using System.IO.Compression;
using System.Runtime.CompilerServices;
using Microsoft.ML;

namespace Plrs.MLNet.ImageClassification;

/// <summary>The entries of a model file, before they are unpacked.</summary>
internal static class ModelEntries
{
    /// <summary>
    /// The length that the archive's directory claims for one of the model's entries, or <see langword="null"/> where that is not known.
    /// ML.NET unpacks an entry to a temporary file whatever its size, and .NET unpacks no more than the directory says. ML.NET keeps that
    /// directory private: where another version of it has none of this name, the length of the temporary file is checked alone.
    /// </summary>
    public static long? ClaimedLength(ModelLoadContext context, string name) => Find(context, name)?.Length;

    /// <summary>How many bytes of the archive an entry is in; <see langword="null"/> where that is not known.</summary>
    public static long? PackedLength(ModelLoadContext context, string name) => Find(context, name)?.CompressedLength;

    private static ZipArchiveEntry? Find(ModelLoadContext context, string name)
    {
        if (context.Repository is not { } repository)
        {
            return null;
        }

        var path = Path.Combine(context.Directory ?? "", name);
        try
        {
            var entries = Entries(repository);
            return entries.GetValueOrDefault(path) ?? entries.GetValueOrDefault(path.Replace('/', '\\'));
        }
        catch (MissingFieldException)
        {
            return null;
        }
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_entries")]
    private static extern ref Dictionary<string, ZipArchiveEntry> Entries(RepositoryReader repository);
}
