using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Plrs.MLNet.Weights;

/// <summary>A type of values that files have, with the names that the formats give it.</summary>
/// <param name="Safetensors">Its name in safetensors.</param>
/// <param name="Torch">Its name in PyTorch, without <c>torch.</c>.</param>
/// <param name="TorchStorage">The name of PyTorch's storage of such values, without <c>torch.</c>.</param>
/// <param name="Onnx">Its number in ONNX.</param>
/// <param name="Size">The bytes of a value.</param>
/// <param name="IsInteger">Whether it is read as int64; as float32 otherwise.</param>
/// <param name="Convert">Makes one value of it an int64 or a float32, little-endian both.</param>
internal sealed record ElementType(
    string Safetensors,
    string Torch,
    string TorchStorage,
    int Onnx,
    int Size,
    bool IsInteger,
    ElementType.Converter Convert)
{
    public static readonly ElementType Float32 = new("F32", "float32", "FloatStorage", 1, 4, false, (from, to) => from.CopyTo(to));

    public static readonly ElementType Float64 =
        new("F64", "float64", "DoubleStorage", 11, 8, false, (from, to) => Write((float)BinaryPrimitives.ReadDoubleLittleEndian(from), to));

    public static readonly ElementType Int64 = new("I64", "int64", "LongStorage", 7, 8, true, (from, to) => from.CopyTo(to));

    private static readonly ElementType[] All =
    [
        Float32,
        Float64,
        new("F16", "float16", "HalfStorage", 10, 2, false, (from, to) => Write((float)BinaryPrimitives.ReadHalfLittleEndian(from), to)),
        new(
            "BF16", "bfloat16", "BFloat16Storage", 16, 2, false,
            (from, to) => Write(BitConverter.Int32BitsToSingle(BinaryPrimitives.ReadUInt16LittleEndian(from) << 16), to)),
        Int64,
        new("I32", "int32", "IntStorage", 6, 4, true, (from, to) => Write(BinaryPrimitives.ReadInt32LittleEndian(from), to)),
        new("I16", "int16", "ShortStorage", 5, 2, true, (from, to) => Write(BinaryPrimitives.ReadInt16LittleEndian(from), to)),
        new("I8", "int8", "CharStorage", 3, 1, true, (from, to) => Write((sbyte)from[0], to)),
        new("U8", "uint8", "ByteStorage", 2, 1, true, (from, to) => Write(from[0], to)),
        new("BOOL", "bool", "BoolStorage", 9, 1, true, (from, to) => Write(from[0], to)),
    ];

    /// <summary>Makes one value of a file one of a tensor.</summary>
    public delegate void Converter(ReadOnlySpan<byte> from, Span<byte> to);

    /// <summary>The bytes of a value after it was read.</summary>
    public int ReadSize => IsInteger ? sizeof(long) : sizeof(float);

    /// <summary>Whether values are read as they are.</summary>
    public bool IsReadAsItIs => this == Float32 || this == Int64;

    public static ElementType? OfSafetensors(string? name) => Array.Find(All, type => type.Safetensors == name);

    public static ElementType? OfTorch(string name) => Array.Find(All, type => type.Torch == name);

    public static ElementType? OfTorchStorage(string name) => Array.Find(All, type => type.TorchStorage == name);

    public static ElementType? OfOnnx(long number) => Array.Find(All, type => type.Onnx == number);

    /// <summary>Equal when it is the same: there is one of each.</summary>
    public bool Equals(ElementType? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => Onnx;

    public override string ToString() => Torch;

    private static void Write(float value, Span<byte> to) => MemoryMarshal.Write(to, value);

    private static void Write(long value, Span<byte> to) => MemoryMarshal.Write(to, value);
}
