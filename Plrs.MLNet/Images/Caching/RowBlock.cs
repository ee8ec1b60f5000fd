using System.Runtime.InteropServices;

namespace Plrs.MLNet.Images;

/// <summary>
/// Some rows of a data set while they are decoded: as they were read, and what came of them. Its memory is used again and again,
/// and is bounded by the number of cores, so that all have work, save that one image always has room.
/// </summary>
internal sealed class RowBlock
{
    // For few cores, and for each of many. Photos of 5 MB are then two or more for a core, images of 1024 × 1024 pixels one or more.
    private const int LeastRows = 64;
    private const int LeastInput = 16 << 20;
    private const int LeastOutput = 64 << 20;
    private const int RowsPerCore = 4;
    private const int InputPerCore = 10 << 20;
    private const int OutputPerCore = 4 << 20;

    // What one array holds.
    private const int MostBytes = 1 << 30;

    private readonly Row[] _rows;
    private readonly byte[] _pixels;
    private readonly int _imageBytes;
    private readonly int _enoughInput;
    private byte[] _input = [];
    private int _used;

    /// <param name="imageBytes">The bytes of a decoded image.</param>
    /// <param name="cores">The number of cores that decode.</param>
    public RowBlock(int imageBytes, int cores)
    {
        _imageBytes = imageBytes;
        _enoughInput = Bound(LeastInput, InputPerCore, cores);
        _rows = new Row[Math.Clamp(Bound(LeastOutput, OutputPerCore, cores) / imageBytes, 1, Math.Max(LeastRows, RowsPerCore * cores))];
        _pixels = GC.AllocateUninitializedArray<byte>(_rows.Length * imageBytes);
    }

    /// <summary>The number of rows.</summary>
    public int Count { get; private set; }

    public bool IsFull => Count == _rows.Length || _used >= _enoughInput;

    public ref Row this[int row] => ref _rows[row];

    /// <summary>The image as it was read.</summary>
    public ImageInput Input(int row) =>
        new(_input.AsSpan(_rows[row].Start, _rows[row].Length), _rows[row].Layout) { Failure = _rows[row].Failure };

    /// <summary>Where the decoded image goes.</summary>
    public Span<byte> Pixels(int row) => _pixels.AsSpan(row * _imageBytes, _imageBytes);

    /// <summary>Adds a row with a copy of its image.</summary>
    public void Add(ImageInput image, int label)
    {
        var end = checked(_used + image.Bytes.Length);
        if (end > _input.Length)
        {
            Array.Resize(ref _input, Math.Max(end, (int)Math.Min(2L * _input.Length, _enoughInput)));
        }

        image.Bytes.CopyTo(_input.AsSpan(_used));
        _rows[Count++] =
            new Row { Start = _used, Length = image.Bytes.Length, Layout = image.Layout, Failure = image.Failure, Label = label };
        _used = end;
    }

    public void Clear()
    {
        Count = 0;
        _used = 0;
        if (_input.Length > 2L * _enoughInput)
        {
            _input = [];
        }
    }

    private static int Bound(int least, int perCore, int cores) => (int)Math.Clamp((long)perCore * cores, least, MostBytes);

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

        /// <summary>Width and height of the image as it was before.</summary>
        public (int Width, int Height) SourceSize { get; set; }
    }
}
