using System.Buffers.Binary;

namespace Plrs.MLNet.Tests.ImageClassification.ModelFiles;

/// <summary>Damages bytes, by accident and by malice: the same seed and number always give the same damage.</summary>
internal static class Mutator
{
    private const int Edge = 512;

    private static readonly byte[] Bytes = [0, 1, 0x7F, 0x80, 0xFF];

    private static readonly long[] Numbers =
        [
            0, 1, -1, 2, 3, 8, 100, 255, 256, 1024, short.MaxValue, 1 << 20, 1 << 24, int.MaxValue - 64, int.MaxValue, int.MinValue,
            uint.MaxValue, 1L << 40, long.MaxValue, long.MinValue,
        ];

    /// <summary>A damaged copy, of whatever length.</summary>
    public static byte[] Mutate(byte[] bytes, int seed, int number)
    {
        var random = Generator(seed, number);
        List<byte> result = [.. bytes];
        for (var step = random.Next(1, 4); step > 0 && result.Count > 0; step--)
        {
            if (random.Next(2) == 0)
            {
                var copy = result.ToArray();
                Overwrite(copy, random);
                result = [.. copy];
            }
            else
            {
                Rearrange(result, random);
            }
        }

        return [.. result];
    }

    /// <summary>A copy with damage in one part and of the same length, so that what is around it is still found.</summary>
    public static byte[] MutateInPlace(byte[] bytes, Range part, int seed, int number)
    {
        var random = Generator(seed, number);
        byte[] result = [.. bytes];
        for (var step = random.Next(1, 4); step > 0; step--)
        {
            Overwrite(result.AsSpan(part), random);
        }

        return result;
    }

    private static Random Generator(int seed, int number) => new(unchecked((seed * 1_000_003) + number));

    private static void Overwrite(Span<byte> bytes, Random random)
    {
        var place = Place(bytes.Length, random);
        switch (random.Next(5))
        {
            case 0:
                bytes[place] ^= (byte)(1 << random.Next(8));
                break;
            case 1:
                bytes.Slice(place, Math.Min(random.Next(1, 17), bytes.Length - place)).Fill(Bytes[random.Next(Bytes.Length)]);
                break;
            case 2 when bytes.Length >= sizeof(int):
                // Fields are mostly aligned.
                place = Math.Min(place & ~3, bytes.Length - sizeof(int));
                BinaryPrimitives.WriteInt32LittleEndian(bytes[place..], unchecked((int)Number(random)));
                break;
            case 3 when bytes.Length >= sizeof(long):
                place = Math.Min(place & ~3, bytes.Length - sizeof(long));
                BinaryPrimitives.WriteInt64LittleEndian(bytes[place..], Number(random));
                break;
            default:
                var length = Math.Min(random.Next(1, 65), bytes.Length - place);
                bytes.Slice(Place(bytes.Length - length + 1, random), length).CopyTo(bytes[place..]);
                break;
        }
    }

    private static void Rearrange(List<byte> bytes, Random random)
    {
        var place = Place(bytes.Count, random);
        var length = Math.Min(1 << random.Next(14), bytes.Count - place);
        switch (random.Next(4))
        {
            case 0:
                bytes.RemoveRange(place, bytes.Count - place);
                break;
            case 1:
                bytes.RemoveRange(place, length);
                break;
            case 2:
                bytes.InsertRange(Place(bytes.Count, random), bytes.GetRange(place, length));
                break;
            default:
                bytes.AddRange(bytes.GetRange(place, length));
                break;
        }
    }

    // Sizes and names are at the beginning of an entry and at the end of a zip.
    private static int Place(int length, Random random) => random.Next(3) switch
    {
        0 => random.Next(Math.Min(length, Edge)),
        1 => length - 1 - random.Next(Math.Min(length, Edge)),
        _ => random.Next(length),
    };

    private static long Number(Random random) => random.Next(4) == 0 ? random.NextInt64() : Numbers[random.Next(Numbers.Length)];
}
