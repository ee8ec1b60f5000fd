using System.Collections.Concurrent;
using System.IO.Compression;
using System.Runtime.CompilerServices;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using Plrs.MLNet.Networks;
using Architecture = Plrs.MLNet.ImageClassification.TorchImageClassificationTrainer.Architecture;

namespace Plrs.MLNet.ImageClassification.ModelFiles;

/// <summary>
/// The entry of a model file that holds the network's weights. How long it must be follows from the architecture and the
/// number of classes, so nothing is made, unpacked or read for an entry of any other length.
/// </summary>
internal static class ModelWeights
{
    private const string EntryName = "Weights";

    // Measured on networks of two and three classes, which are small: each further class takes as many bytes as the third.
    private static readonly ConcurrentDictionary<Architecture, (long TwoClasses, long AnyFurtherClass)> Lengths = [];

    public static void Save(ModelSaveContext context, Action<BinaryWriter> write) => context.SaveBinaryStream(EntryName, write);

    /// <summary>Makes the network and fills it.</summary>
    /// <exception cref="FormatException">The entry is missing, has another length, or has weights that cannot be used.</exception>
    public static ImageNetwork Load(IHost host, ModelLoadContext context, Architecture architecture, int classCount)
    {
        var expected = Length(architecture, classCount);
        CheckLength(ClaimedLength(context) ?? expected);

        ImageNetwork? network = null;
        try
        {
            var found = context.TryLoadBinaryStream(EntryName, reader =>
            {
                CheckLength(reader.BaseStream.Length);
                network = Read(reader, architecture, classCount);
            });
            host.CheckDecode(found, "The model is damaged: its weights are missing.");
        }
        catch (Exception e) when (e is EndOfStreamException or InvalidDataException || (e is FormatException && !e.IsMarked()))
        {
            throw host.ExceptDecode(e, $"The model is damaged: {e.Message}");
        }

        return network!;

        void CheckLength(long length) => host.CheckDecode(
            length == expected,
            $"The model is damaged: its weights have {length} bytes; those of a {architecture} with {classCount} classes have {expected}.");
    }

    /// <summary>The number of bytes of a network's weights.</summary>
    public static long Length(Architecture architecture, int classCount)
    {
        var (twoClasses, anyFurtherClass) = Lengths.GetOrAdd(architecture, static architecture =>
        {
            var two = Measure(architecture, 2);
            return (two, Measure(architecture, 3) - two);
        });
        return twoClasses + ((classCount - 2) * anyFurtherClass);
    }

    private static long Measure(Architecture architecture, int classCount)
    {
        using var network = ImageNetwork.Create(architecture, classCount, seed: 0);
        return WeightsFormat.Length(network);
    }

    private static ImageNetwork Read(BinaryReader reader, Architecture architecture, int classCount)
    {
        var network = ImageNetwork.Create(architecture, classCount, seed: 0);
        try
        {
            WeightsFormat.Read(reader, network);
            network.CheckWeights();
            network.eval();
            return network;
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    // ML.NET unpacks an entry to a temporary file whatever its size, and .NET unpacks no more than the archive's directory
    // says. ML.NET keeps that directory private: where another version of it has none of this name, the length of the
    // temporary file is checked alone.
    private static long? ClaimedLength(ModelLoadContext context)
    {
        if (context.Repository is not { } repository)
        {
            return null;
        }

        var path = Path.Combine(context.Directory ?? "", EntryName);
        try
        {
            var entries = Entries(repository);
            return entries.GetValueOrDefault(path)?.Length ?? entries.GetValueOrDefault(path.Replace('/', '\\'))?.Length;
        }
        catch (MissingFieldException)
        {
            return null;
        }
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_entries")]
    private static extern ref Dictionary<string, ZipArchiveEntry> Entries(RepositoryReader repository);
}
