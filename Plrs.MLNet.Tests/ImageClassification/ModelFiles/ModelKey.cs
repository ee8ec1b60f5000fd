using System.Buffers.Binary;
using System.Text;

namespace Plrs.MLNet.Tests.ImageClassification.ModelFiles;

/// <summary>Where things are in ML.NET's entry <c>Model.key</c>: a header, the model's own fields, texts and a tail.</summary>
internal static class ModelKey
{
    public const int HeaderBytes = 256;

    // What the model is, as a text of 8 characters.
    public const int Signature = 0x40;

    // What the transformer writes: numbers of texts.
    public const int FeatureColumn = HeaderBytes;
    public const int LabelColumn = HeaderBytes + 4;
    public const int PredictedLabelColumn = HeaderBytes + 8;

    // What the model writes, after the size of a float that ML.NET puts first.
    public const int ArgumentCount = HeaderBytes + 8;
    public const int Depth = HeaderBytes + 16;
    public const int ClassCount = HeaderBytes + 24;
    public const int ImageSize = HeaderBytes + 28;
    public const int Resizing = HeaderBytes + 32;
    public const int MaximumPixels = HeaderBytes + 36;
    public const int Mean = HeaderBytes + 52;
    public const int StandardDeviation = HeaderBytes + 64;

    private const int LengthOfFields = 0x18;
    private const int PlaceOfVersion = 0x48;
    private const int PlaceOfTail = 0x80;
    private const int PlaceOfEnd = 0x88;
    private const int PlaceOfAssembly = 0x90;
    private const int LengthOfAssembly = 0x98;
    private const int TailBytes = 8;

    /// <summary>The bytes that the model's loader reads by itself.</summary>
    public static Range Fields(byte[] entry) =>
        HeaderBytes..(HeaderBytes + (int)BinaryPrimitives.ReadInt64LittleEndian(entry.AsSpan(LengthOfFields)));

    /// <summary>The entry with other bytes at a place.</summary>
    public static byte[] With(this byte[] entry, int place, params byte[] bytes)
    {
        byte[] changed = [.. entry];
        bytes.CopyTo(changed, place);
        return changed;
    }

    /// <summary>The entry with another number at a place.</summary>
    public static byte[] With(this byte[] entry, int place, int number) => entry.With(place, BitConverter.GetBytes(number));

    /// <summary>The version of the format.</summary>
    public static int Version(byte[] entry) => BinaryPrimitives.ReadInt32LittleEndian(entry.AsSpan(PlaceOfVersion));

    /// <summary>The entry with another version: that which wrote it, and the oldest that can read it.</summary>
    public static byte[] WithVersion(byte[] entry, int version) =>
        entry.With(PlaceOfVersion, version).With(PlaceOfVersion + sizeof(int), version);

    /// <summary>The name of the assembly that ML.NET is to load.</summary>
    public static string Assembly(byte[] entry) => Encoding.Unicode.GetString(entry.AsSpan(
        (int)BinaryPrimitives.ReadInt64LittleEndian(entry.AsSpan(PlaceOfAssembly)),
        BinaryPrimitives.ReadInt32LittleEndian(entry.AsSpan(LengthOfAssembly))));

    /// <summary>The entry with another name of the assembly that ML.NET is to load.</summary>
    public static byte[] WithAssembly(byte[] entry, string name)
    {
        var start = (int)BinaryPrimitives.ReadInt64LittleEndian(entry.AsSpan(PlaceOfAssembly));
        var bytes = Encoding.Unicode.GetBytes(name);
        byte[] changed = [.. entry[..start], .. bytes, .. entry[^TailBytes..]];
        BinaryPrimitives.WriteInt32LittleEndian(changed.AsSpan(LengthOfAssembly), bytes.Length);
        BinaryPrimitives.WriteInt64LittleEndian(changed.AsSpan(PlaceOfTail), start + bytes.Length);
        BinaryPrimitives.WriteInt64LittleEndian(changed.AsSpan(PlaceOfEnd), changed.Length);
        return changed;
    }
}
