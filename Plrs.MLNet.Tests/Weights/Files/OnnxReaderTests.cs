using System.Runtime.InteropServices;
using Plrs.MLNet.Export;
using Plrs.MLNet.Tests.Networks;
using Plrs.MLNet.Weights;

namespace Plrs.MLNet.Tests.Weights.Files;

[TestClass]
public sealed class OnnxReaderTests
{
    private const int Float = 1, Int8 = 3, Int32 = 6, Int64 = 7, Float16 = 10, Double = 11, Complex = 14;
    private const int Floats = 4, Integers32 = 5, Integers64 = 7, RawData = 9, Doubles = 10;

    [TestMethod]
    public void AModelThatTheLibraryWroteHasItsTensors()
    {
        using var network = TestNetworks.Create(seed: 2);
        var weights = TestNetworks.Weights(network);

        var tensors = WeightsFile.Read(new MemoryStream(OnnxWriter.Write(weights))).ToDictionary(tensor => tensor.Name);

        foreach (var tensor in network.Graph.Tensors.Where(tensor => !tensor.IsInteger))
        {
            CollectionAssert.AreEqual(
                tensor.Shape.Select(length => (long)length).ToArray(), tensors[tensor.Name].Shape.ToArray(), tensor.Name);
            Assert.IsTrue(weights[tensor.Name].Bytes.AsSpan().SequenceEqual(tensors[tensor.Name].Values.Bytes), tensor.Name);
        }
    }

    [TestMethod]
    public void ValuesAreReadFromTheFieldOfTheirType()
    {
        var tensors = Read(OnnxFile.Model(
            OnnxFile.Tensor("raw", Float, [1, 2], RawData, Bytes<float>(1, -2)),
            OnnxFile.Tensor("floats", Float, [2, 1], Floats, Bytes<float>(3, 4)),
            OnnxFile.Tensor("doubles", Double, [1], Doubles, Bytes<double>(0.5)),
            OnnxFile.Tensor("halves", Float16, [2], Integers32, OnnxFile.Varints(0x3C00, 0xC000)),
            OnnxFile.Tensor("raw halves", Float16, [1], RawData, [0, 0x3C]),
            OnnxFile.Tensor("integers", Int32, [2], Integers32, OnnxFile.Varints(-5, 300)),
            OnnxFile.Tensor("bytes", Int8, [1], Integers32, OnnxFile.Varints(-1)),
            OnnxFile.Tensor("long", Int64, [], Integers64, OnnxFile.Varints(1L << 40)),
            [
                .. OnnxFile.Number(1, 2),
                .. OnnxFile.Number(1, 1),
                .. OnnxFile.Number(2, Float),
                .. OnnxFile.Bytes(8, "lengths apart"u8),
                .. OnnxFile.Bytes(RawData, Bytes<float>(5, 6)),
            ],
            OnnxFile.Tensor("empty", Float, [0], RawData, [])));

        CollectionAssert.AreEqual(new float[] { 1, -2 }, tensors["raw"].Values.Floats.ToArray());
        CollectionAssert.AreEqual(new float[] { 3, 4 }, tensors["floats"].Values.Floats.ToArray());
        CollectionAssert.AreEqual(new[] { 0.5f }, tensors["doubles"].Values.Floats.ToArray());
        CollectionAssert.AreEqual(new float[] { 1, -2 }, tensors["halves"].Values.Floats.ToArray());
        CollectionAssert.AreEqual(new float[] { 1 }, tensors["raw halves"].Values.Floats.ToArray());
        CollectionAssert.AreEqual(new long[] { -5, 300 }, Longs(tensors["integers"]));
        CollectionAssert.AreEqual(new long[] { -1 }, Longs(tensors["bytes"]));
        CollectionAssert.AreEqual(new[] { 1L << 40 }, Longs(tensors["long"]));
        CollectionAssert.AreEqual(new long[] { 2, 1 }, tensors["lengths apart"].Shape.ToArray());
        Assert.IsEmpty(tensors["empty"].Values.Bytes);
    }

    [TestMethod]
    public void TensorsThatCannotBeReadAreNamed()
    {
        AssertRefused(
            "its tensor 'a' of shape [3] and type float32 cannot have the 8 bytes of field 9",
            OnnxFile.Tensor("a", Float, [3], RawData, Bytes<float>(1, 2)));
        AssertRefused(
            "its tensor 'a' of shape [2] and type float32 cannot have the 4 bytes of field 4",
            OnnxFile.Tensor("a", Float, [2], Floats, Bytes<float>(1)));
        AssertRefused(
            "its tensor 'a' of shape [1] and type float64 cannot have the 4 bytes of field 4",
            OnnxFile.Tensor("a", Double, [1], Floats, Bytes<float>(1)));
        AssertRefused(
            "its tensor 'a' of shape [1] and type float32 cannot have the 0 bytes of field 0",
            OnnxFile.Tensor("a", Float, [1], RawData, []));
        AssertRefused(
            "its tensor 'a' is of type 14 of ONNX, which cannot be read", OnnxFile.Tensor("a", Complex, [1], RawData, new byte[8]));
        AssertRefused(
            "it has a tensor with more values than any file can hold",
            OnnxFile.Tensor("a", Float, [1L << 40, 1L << 40], RawData, new byte[8]));
        AssertRefused("it has a tensor of shape [-1]", OnnxFile.Tensor("a", Float, [-1], RawData, new byte[8]));
        AssertRefused("it has a tensor of more than 64 dimensions", OnnxFile.Tensor("a", Float, new long[65], RawData, new byte[8]));
        AssertRefused("it claims contents that take more memory than twice its", OnnxFile.Tensor("a", Int64, [1L << 30], Integers64, [1]));
        AssertRefused(
            "it has a tensor with more values than its shape says", OnnxFile.Tensor("a", Int64, [1], Integers64, OnnxFile.Varints(1, 2)));
        AssertRefused(
            "it is no ONNX model, or a damaged one: there is no field at byte",
            OnnxFile.Tensor("a", Int64, [3], Integers64, OnnxFile.Varints(1, 2)));
        AssertRefused(
            "it has the tensor 'a' twice",
            OnnxFile.Tensor("a", Float, [1], RawData, new byte[4]),
            OnnxFile.Tensor("a", Float, [1], RawData, new byte[4]));
        AssertRefused(
            "its tensor 'a' has its values in several pieces, which cannot be read",
            [.. OnnxFile.Tensor("a", Float, [2], RawData, new byte[4]), .. OnnxFile.Bytes(RawData, new byte[4])]);
        AssertRefused(
            "its tensor 'a' has its values in another file; save the model with all values inside",
            [
                .. OnnxFile.Tensor("a", Float, [1], RawData, []),
                .. OnnxFile.Bytes(13, OnnxFile.Bytes(1, "location"u8)),
                .. OnnxFile.Number(14, 1),
            ]);
    }

    [TestMethod]
    public void WhatIsNoModelIsRefused()
    {
        Assert.AreEqual("it has no tensors", Error(OnnxFile.Model()));
        Assert.StartsWith("it is no ONNX model, or a damaged one: there is no field at byte", Error(OnnxFile.Model()[..^1]));
        Assert.StartsWith(
            "it is no ONNX model, or a damaged one: there is no field at byte",
            Error([0x08, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1]));
        Assert.AreEqual(
            "it is none of the files that can be read: safetensors, PyTorch's .pth, or ONNX", Error("version https://git-lfs"u8.ToArray()));
        Assert.AreEqual("it is none of the files that can be read: safetensors, PyTorch's .pth, or ONNX", Error([]));
    }

    private static byte[] Bytes<T>(params T[] values)
        where T : unmanaged => MemoryMarshal.AsBytes<T>(values).ToArray();

    private static long[] Longs(FileTensor tensor)
    {
        Assert.IsTrue(tensor.IsInteger);
        return MemoryMarshal.Cast<byte, long>(tensor.Values.Bytes).ToArray();
    }

    private static Dictionary<string, FileTensor> Read(byte[] file) =>
        WeightsFile.Read(new MemoryStream(file)).ToDictionary(tensor => tensor.Name);

    private static string Error(byte[] file) => Assert.ThrowsExactly<FormatException>(() => Read(file)).Message;

    private static void AssertRefused(string message, params byte[][] tensors) =>
        Assert.StartsWith(message, Error(OnnxFile.Model(tensors)));
}
