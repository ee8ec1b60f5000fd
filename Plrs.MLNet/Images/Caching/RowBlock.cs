using System.Runtime.InteropServices;
using Plrs.MLNet.Images.Decoding;

namespace Plrs.MLNet.Images.Caching;

/// <summary>
/// Some rows of a data set while they are decoded: as they were read, and what came of them. Its memory is used again and again,
/// and is bounded, save that one image always has room.
/// </summary>
internal sealed class RowBlock
{
    private const int MostRows = 64;
    private const int EnoughInput = 16 << 20;
    private const int MostOutput = 64 << 20;

    private readonly Row[] _rows;
    private readonly byte[] _pixels;
    private readonly int _imageBytes;
    private byte[] _input = [];
    private int _used;

    /// <param name="imageBytes">The bytes of a decoded image.</param>
    public RowBlock(int imageBytes)
    {
        _imageBytes = imageBytes;
        _rows = new Row[Math.Clamp(MostOutput / imageBytes, 1, MostRows)];
        _pixels = GC.AllocateUninitializedArray<byte>(_rows.Length * imageBytes);
    }

    /// <summary>The number of rows.</summary>
    public int Count { get; private set; }

    public bool IsFull => Count == _rows.Length || _used >= EnoughInput;

    public ref Row this[int row] => ref _rows[row];

    /// <summary>The image as it was read.</summary>
    public ImageInput Input(int row) => new(_input.AsSpan(_rows[row].Start, _rows[row].Length), _rows[row].Layout) { Failure = _rows[row].Failure };

    /// <summary>Where the decoded image goes.</summary>
    public Span<byte> Pixels(int row) => _pixels.AsSpan(row * _imageBytes, _imageBytes);

    /// <summary>Adds a row with a copy of its image.</summary>
    public void Add(ImageInput image, int label)
    {
        var end = checked(_used + image.Bytes.Length);
        if (end > _input.Length)
        {
            Array.Resize(ref _input, Math.Max(end, (int)Math.Min(2L * _input.Length, EnoughInput)));
        }

        image.Bytes.CopyTo(_input.AsSpan(_used));
        _rows[Count++] = new Row { Start = _used, Length = image.Bytes.Length, Layout = image.Layout, Failure = image.Failure, Label = label };
        _used = end;
    }

    public void Clear()
    {
        Count = 0;
        _used = 0;
        if (_input.Length > 2 * EnoughInput)
        {
            _input = [];
        }
    }

    /// <summary>One row.</summary>
    [StructLayout(LayoutKind.Auto)]
    internal struct Row
    {
        public int Start { get; init; }

        public int Length { get; init; }

        public PixelLayout? Layout { get; init; }

        /// <summary>Why the image could not be read, or <see langword="null"/>.</summary>
        public string? Failure { get; init; }

        /// <summary>The class, from 0; below when it is missing.</summary>
        public int Label { get; init; }

        /// <summary>Why the image cannot be used, or <see langword="null"/>.</summary>
        public string? Reason { get; set; }

        public ImageSummary Summary { get; set; }
    }
}
