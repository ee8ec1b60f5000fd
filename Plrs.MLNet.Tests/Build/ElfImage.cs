using System.Buffers.Binary;
using System.Text;

namespace Plrs.MLNet.Tests.Build;

/// <summary>The smallest 64-bit ELF library that says which symbol versions of which libraries it needs.</summary>
internal static class ElfImage
{
    private const int HeaderSize = 0x40;
    private const int SectionSize = 0x40;
    private const int EntrySize = 0x10;
    private const int NeedsStart = HeaderSize;

    /// <summary>Lays out the header, the needs, the strings and the section table, in this order.</summary>
    public static byte[] With(params (string Library, string[] Versions)[] needs)
    {
        var needsSize = needs.Sum(need => EntrySize * (1 + need.Versions.Length));
        var strings = Encoding.ASCII.GetBytes(
            '\0' + string.Concat(needs.SelectMany(need => need.Versions.Prepend(need.Library)).Select(text => text + '\0')));
        var stringsStart = NeedsStart + needsSize;
        var table = stringsStart + strings.Length;
        var image = new byte[table + (3 * SectionSize)];

        ReadOnlySpan<byte> identity = [0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1];
        identity.CopyTo(image);
        Write64(image, 0x28, table);
        Write16(image, 0x3a, SectionSize);
        Write16(image, 0x3c, 3);
        strings.CopyTo(image, stringsStart);
        WriteSection(image, table + SectionSize, type: 3, stringsStart, strings.Length, link: 0);
        WriteSection(image, table + (2 * SectionSize), type: 0x6ffffffe, NeedsStart, needsSize, link: 1);
        WriteNeeds(image, needs, strings);
        return image;
    }

    private static void WriteNeeds(byte[] image, (string Library, string[] Versions)[] needs, byte[] strings)
    {
        var at = NeedsStart;
        for (var i = 0; i < needs.Length; i++)
        {
            var versions = needs[i].Versions;
            Write16(image, at, 1);
            Write16(image, at + 2, versions.Length);
            Write32(image, at + 4, Find(strings, needs[i].Library));
            Write32(image, at + 8, EntrySize);
            Write32(image, at + 12, i == needs.Length - 1 ? 0 : EntrySize * (1 + versions.Length));
            at += EntrySize;
            for (var j = 0; j < versions.Length; j++, at += EntrySize)
            {
                Write16(image, at + 6, j + 2);
                Write32(image, at + 8, Find(strings, versions[j]));
                Write32(image, at + 12, j == versions.Length - 1 ? 0 : EntrySize);
            }
        }
    }

    private static int Find(byte[] strings, string text) => 1 + strings.AsSpan().IndexOf(Encoding.ASCII.GetBytes('\0' + text + '\0'));

    private static void WriteSection(byte[] image, int at, uint type, int offset, int size, int link)
    {
        Write32(image, at + 4, (int)type);
        Write64(image, at + 0x18, offset);
        Write64(image, at + 0x20, size);
        Write32(image, at + 0x28, link);
    }

    private static void Write16(byte[] image, int at, int value) =>
        BinaryPrimitives.WriteUInt16LittleEndian(image.AsSpan(at), (ushort)value);

    private static void Write32(byte[] image, int at, int value) => BinaryPrimitives.WriteInt32LittleEndian(image.AsSpan(at), value);

    private static void Write64(byte[] image, int at, long value) => BinaryPrimitives.WriteInt64LittleEndian(image.AsSpan(at), value);
}
