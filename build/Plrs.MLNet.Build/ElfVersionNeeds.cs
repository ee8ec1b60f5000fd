using System.Buffers.Binary;
using System.Text;

namespace Plrs.MLNet.Build;

/// <summary>
/// The symbol versions that a 64-bit little-endian ELF library needs of others (its <c>.gnu.version_r</c> section).
/// Layout: System V ABI, chapter 4; Linux Standard Base, "Symbol Versioning".
/// </summary>
public static class ElfVersionNeeds
{
    private const uint SectionTypeVersionNeed = 0x6ffffffe;
    private const byte Weak = 0x2;
    private const int EntrySize = 16;
    private const int FlagsOffset = 4;

    /// <summary>
    /// Marks the need for <paramref name="version"/> as weak: the dynamic loader then loads the library although the
    /// system does not have that version.
    /// </summary>
    /// <param name="image">The bytes of the library; changed in place.</param>
    /// <param name="version">The version's name, such as <c>GLIBCXX_3.4.32</c>.</param>
    /// <returns>Whether a byte was changed: false when the version is not needed or is weak already.</returns>
    /// <exception cref="BadImageFormatException">The bytes are not such an ELF file, or it is damaged.</exception>
    public static bool MarkWeak(Span<byte> image, string version)
    {
        ReadOnlySpan<byte> identity = [0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1];
        if (image.Length < 0x40 || !image.StartsWith(identity))
        {
            throw new BadImageFormatException("Not a 64-bit little-endian ELF file.");
        }

        try
        {
            return MarkWeak(image, Encoding.ASCII.GetBytes(version));
        }
        catch (Exception e) when (e is ArgumentOutOfRangeException or IndexOutOfRangeException or OverflowException)
        {
            throw new BadImageFormatException("The ELF file is damaged: a table points outside the file.", e);
        }
    }

    private static bool MarkWeak(Span<byte> image, ReadOnlySpan<byte> version)
    {
        if (FindSection(image, SectionTypeVersionNeed) is not { } needs)
        {
            return false;
        }

        var names = image[SectionAt(image, needs.Link).Offset..];
        var changed = false;

        // Entries do not overlap, so there are no more than fit into the file: a damaged one could repeat them for hours.
        var entriesLeft = image.Length / EntrySize;
        for (int need = needs.Offset, step = -1; step != 0; need += step)
        {
            var count = BinaryPrimitives.ReadUInt16LittleEndian(image[(need + 2)..]);
            entriesLeft -= 1 + count;
            ArgumentOutOfRangeException.ThrowIfNegative(entriesLeft);

            var entry = need + ReadInt32(image, need + 8);
            for (var i = 0; i < count; i++)
            {
                var name = names[ReadInt32(image, entry + 8)..];
                if (name.StartsWith(version) && name[version.Length] == 0)
                {
                    ref var flags = ref image[entry + FlagsOffset];
                    changed |= (flags & Weak) == 0;
                    flags |= Weak;
                }

                entry += ReadInt32(image, entry + 12);
            }

            step = ReadInt32(image, need + 12);
        }

        return changed;
    }

    private static Section? FindSection(ReadOnlySpan<byte> image, uint type)
    {
        var count = BinaryPrimitives.ReadUInt16LittleEndian(image[0x3c..]);
        for (var i = 0; i < count; i++)
        {
            var section = SectionAt(image, i);
            if (section.Type == type)
            {
                return section;
            }
        }

        return null;
    }

    private static Section SectionAt(ReadOnlySpan<byte> image, int index)
    {
        var table = checked((int)BinaryPrimitives.ReadUInt64LittleEndian(image[0x28..]));
        var entrySize = BinaryPrimitives.ReadUInt16LittleEndian(image[0x3a..]);
        var header = image[checked(table + (index * entrySize))..];
        return new Section(
            BinaryPrimitives.ReadUInt32LittleEndian(header[4..]),
            checked((int)BinaryPrimitives.ReadUInt64LittleEndian(header[0x18..])),
            ReadInt32(header, 0x28));
    }

    private static int ReadInt32(ReadOnlySpan<byte> bytes, int offset) =>
        checked((int)BinaryPrimitives.ReadUInt32LittleEndian(bytes[offset..]));

    private readonly record struct Section(uint Type, int Offset, int Link);
}
