using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SkiaSharp;

namespace Plrs.MLNet.Images;

/// <summary>
/// Brings pixels to another size. It computes in whole numbers, so that every processor gets the same pixels, whatever version of SkiaSharp
/// decoded them. It keeps its buffers: one serves one thread at a time.
/// </summary>
internal sealed class Resampler : IDisposable
{
    /// <summary>The way that pixels are brought to a size, as records of models name it. Another way has another name.</summary>
    public const string Name = "triangle 1";

    private const int PixelBytes = 4;

    // Between both directions a value has so many bits more than in the end.
    private const int ExtraBits = 6;
    private const int ShiftOfRows = FilterWindows.WeightBits - ExtraBits;
    private const int ShiftOfColumns = FilterWindows.WeightBits + ExtraBits;

    private readonly NativeBuffer _row = new();
    private readonly FilterWindows _rows = new();
    private readonly FilterWindows _columns = new();

    /// <summary>Resizes an image of four bytes a pixel.</summary>
    /// <param name="source">The image's first pixel.</param>
    /// <param name="size">Its size.</param>
    /// <param name="rowBytes">From a row of it to the next, in bytes.</param>
    /// <param name="target">Receives the other image's first pixel.</param>
    /// <param name="targetSize">That image's size.</param>
    /// <param name="targetRowBytes">From a row of it to the next, in bytes.</param>
    public unsafe void Resize(nint source, SKSizeI size, int rowBytes, nint target, SKSizeI targetSize, int targetRowBytes)
    {
        _rows.Prepare(size.Height, targetSize.Height);
        _columns.Prepare(size.Width, targetSize.Width);
        var row = new Span<ushort>((void*)_row.Take((long)sizeof(ushort) * PixelBytes * size.Width), PixelBytes * size.Width);
        for (var y = 0; y < targetSize.Height; y++)
        {
            AddRows((byte*)source + ((long)_rows.First(y) * rowBytes), rowBytes, _rows.Weights(y), row);
            Shorten(row, _columns, new Span<byte>((void*)(target + ((nint)y * targetRowBytes)), PixelBytes * targetSize.Width));
        }

        _row.Return();
    }

    public void Dispose() => _row.Dispose();

    /// <summary>The weighted sum of rows that follow each other.</summary>
    private static unsafe void AddRows(byte* rows, int rowBytes, ReadOnlySpan<int> weights, Span<ushort> sums)
    {
        var at = 0;
        for (; at <= sums.Length - Vector128<byte>.Count; at += Vector128<byte>.Count)
        {
            var half = Vector128.Create(1 << (ShiftOfRows - 1));
            var (a, b, c, d) = (half, half, half, half);
            var row = rows + at;
            foreach (var weight in weights)
            {
                var (low, high) = Vector128.Widen(Vector128.Load(row));
                a += Vector128.WidenLower(low).AsInt32() * weight;
                b += Vector128.WidenUpper(low).AsInt32() * weight;
                c += Vector128.WidenLower(high).AsInt32() * weight;
                d += Vector128.WidenUpper(high).AsInt32() * weight;
                row += rowBytes;
            }

            Narrow(a, b).CopyTo(sums[at..]);
            Narrow(c, d).CopyTo(sums[(at + Vector128<ushort>.Count)..]);
        }

        for (; at < sums.Length; at++)
        {
            var sum = 1 << (ShiftOfRows - 1);
            for (var i = 0; i < weights.Length; i++)
            {
                sum += rows[at + ((long)i * rowBytes)] * weights[i];
            }

            sums[at] = (ushort)(sum >> ShiftOfRows);
        }
    }

    /// <summary>Brings a row to its length.</summary>
    private static void Shorten(ReadOnlySpan<ushort> row, FilterWindows windows, Span<byte> target)
    {
        for (var x = 0; x < target.Length / PixelBytes; x++)
        {
            var sum = Vector128.Create(1 << (ShiftOfColumns - 1));
            ref readonly var pixel = ref row[PixelBytes * windows.First(x)];
            foreach (var weight in windows.Weights(x))
            {
                var colors = Unsafe.ReadUnaligned<Vector64<ushort>>(in Unsafe.As<ushort, byte>(ref Unsafe.AsRef(in pixel)));
                sum += Vector128.WidenLower(colors.ToVector128Unsafe()).AsInt32() * weight;
                pixel = ref Unsafe.Add(ref Unsafe.AsRef(in pixel), PixelBytes);
            }

            sum >>= ShiftOfColumns;
            for (var i = 0; i < PixelBytes; i++)
            {
                target[(PixelBytes * x) + i] = (byte)sum[i];
            }
        }
    }

    private static Vector128<ushort> Narrow(Vector128<int> low, Vector128<int> high) =>
        Vector128.Narrow((low >>> ShiftOfRows).AsUInt32(), (high >>> ShiftOfRows).AsUInt32());
}
