using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace Plrs.MLNet.ImageClassification;

/// <summary>
/// What a model file has beside the fields that every version reads: a list of named parts, each an entry of its own with a version of its
/// own. So a later version adds to the file, and this one still reads it, unless it says that it cannot score without the part.
/// </summary>
internal static class ModelParts
{
    public const string EntryName = "Parts.json";

    private const int MostBytes = 1 << 16;

    /// <summary>The parts that this version reads, with the newest version of each.</summary>
    private static readonly ModelPart[] Known = [new(RecordFile.EntryName, Version: 1, IsRequired: false)];

    /// <summary>Writes the list.</summary>
    /// <param name="context">Where it goes.</param>
    /// <param name="names">The names of the parts that the model has.</param>
    public static void Save(ModelSaveContext context, params IEnumerable<string> names)
    {
        var parts = Known.Where(part => names.Contains(part.Name)).ToArray();
        context.SaveBinaryStream(
            EntryName, writer => writer.Write(JsonSerializer.SerializeToUtf8Bytes(parts, ModelJson.Default.ModelPartArray)));
    }

    /// <summary>Looks at the list of a model, which those saved before there were lists do not have.</summary>
    /// <returns>Whether a part of a name may be read: not one of a later version.</returns>
    /// <exception cref="FormatException">The model needs a part that this version does not know, or the list is damaged.</exception>
    public static Func<string, bool> Check(IHost host, ModelLoadContext context)
    {
        host.CheckDecode(
            (ModelEntries.ClaimedLength(context, EntryName) ?? 0) <= MostBytes, "The model is damaged: its list of parts is too long.");
        ModelPart[] parts = [];
        try
        {
            context.TryLoadBinaryStream(EntryName, reader =>
            {
                host.CheckDecode(reader.BaseStream.Length <= MostBytes, "The model is damaged: its list of parts is too long.");
                parts = Read(host, reader.ReadBytes((int)reader.BaseStream.Length));
            });
        }
        catch (InvalidDataException e)
        {
            throw host.ExceptDecode(e, "The model is damaged: its list of parts cannot be read.");
        }

        var unknown = parts
            .Where(part => !Array.Exists(Known, known => known.Name == part.Name && known.Version >= part.Version))
            .ToArray();
        foreach (var part in unknown)
        {
            host.CheckDecode(
                !part.IsRequired,
                $"The model needs its part '{part.Name}' of version {part.Version}, " +
                "which this version of Plrs.MLNet does not have. Load it with a later one.");
            using var channel = host.Start("Loading the model");
            channel.Info($"The model has a part '{part.Name}' of version {part.Version}, which this version of Plrs.MLNet does not use.");
        }

        return name => !Array.Exists(unknown, part => part.Name == name);
    }

    private static ModelPart[] Read(IHost host, byte[] json)
    {
        try
        {
            var parts = JsonSerializer.Deserialize(json, ModelJson.Default.ModelPartArray);
            return parts is not null && parts.All(part => part?.Name is not null)
                ? parts
                : throw host.ExceptDecode("The model is damaged: a part in its list has no name.");
        }
        catch (JsonException e)
        {
            throw host.ExceptDecode(e, "The model is damaged: its list of parts cannot be read.");
        }
    }
}

/// <summary>A part of a model file.</summary>
/// <param name="Name">Its name, which is that of its entry.</param>
/// <param name="Version">The version of its form, from 1.</param>
/// <param name="IsRequired">Whether the model cannot score without it.</param>
internal sealed record ModelPart(string Name, int Version, bool IsRequired);
