using System.IO.Compression;
using System.Text;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using Plrs.MLNet.Records;

namespace Plrs.MLNet.ImageClassification;

/// <summary>
/// The entry of a model file that holds the training record. A model scores as well without: one that cannot be used is left out.
/// </summary>
internal static class RecordFile
{
    public const string EntryName = "TrainingRecord.json";

    /// <summary>The most bytes of a record.</summary>
    public const int MostBytes = 4 << 20;

    /// <summary>Writes a record; one that is too long, which its making should not let happen, is left out.</summary>
    /// <returns>Whether it is there.</returns>
    public static bool Save(ModelSaveContext context, TrainingRecord? record)
    {
        if (record is null || Encoding.UTF8.GetBytes(record.ToJson()) is not { Length: <= MostBytes } json)
        {
            return false;
        }

        context.SaveBinaryStream(EntryName, writer => writer.Write(json));
        return true;
    }

    /// <summary>
    /// Reads the record of a model; <see langword="null"/> where there is none, which is so of older files, or none that can be used, with
    /// a warning.
    /// </summary>
    public static TrainingRecord? Load(IHost host, ModelLoadContext context)
    {
        TrainingRecord? record = null;
        try
        {
            Check(ModelEntries.ClaimedLength(context, EntryName) ?? 0);
            context.TryLoadBinaryStream(EntryName, reader =>
            {
                Check(reader.BaseStream.Length);
                record = RecordJson.Read(reader.ReadBytes((int)reader.BaseStream.Length));
            });
        }
        catch (Exception e) when (e is FormatException or InvalidDataException or EndOfStreamException)
        {
            using var channel = host.Start("Loading the training record");
            channel.Warning($"The model is loaded without its training record. {e.Message}");
        }

        return record;
    }

    /// <summary>Reads the record of a model file.</summary>
    /// <exception cref="FormatException">There is none, there are several, or it is damaged.</exception>
    public static TrainingRecord Read(string path)
    {
        try
        {
            using var zip = ZipFile.OpenRead(path);
            var entries = zip.Entries.Where(entry => entry.FullName.Split('/', '\\')[^1] == EntryName).ToArray();
            if (entries.Length != 1)
            {
                throw new FormatException(entries.Length == 0
                    ? $"'{path}' has no training record: it has no model of this library's trainer, or one that an older version saved."
                    : $"'{path}' has the training records of {entries.Length} models; load it, and ask each of its models for its own.");
            }

            Check(entries[0].Length);
            using var content = entries[0].Open();
            var json = new byte[MostBytes + 1];
            var length = content.ReadAtLeast(json, json.Length, throwOnEndOfStream: false);
            Check(length);
            return RecordJson.Read(json.AsSpan(0, length));
        }
        catch (InvalidDataException e)
        {
            throw new FormatException($"'{path}' is no model file, or damaged: {e.Message}", e);
        }
    }

    private static void Check(long length)
    {
        if (length > MostBytes)
        {
            throw new FormatException($"The training record is damaged: it has {length} bytes, more than {MostBytes}.");
        }
    }
}
