using System.Text;
using Plrs.MLNet.Tests.Networks;
using Plrs.MLNet.Weights;

namespace Plrs.MLNet.Tests.Weights.Files;

[TestClass]
public sealed class SafetensorsTests
{
    [TestMethod]
    public void TypesAreConvertedAndMetadataPassedOver()
    {
        var file = File(
            """
            {"__metadata__":{"format":"pt"}, "f":{"dtype":"F32","shape":[2],"data_offsets":[8,16]},
             "i":{"shape":[],"dtype":"I64","data_offsets":[0,8]}, "h":{"dtype":"F16","shape":[1,2],"data_offsets":[16,20]},
             "b":{"dtype":"BF16","shape":[1],"data_offsets":[20,22]}, "z":{"dtype":"F32","shape":[0,5],"data_offsets":[22,22]}}
            """,
            [5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0, 0, 0x3C, 0xFF, 0x7B, 0xC0, 0x3F]);

        var tensors = WeightsFile.Read(new MemoryStream(file)).ToDictionary(tensor => tensor.Name);

        Assert.HasCount(5, tensors);
        CollectionAssert.AreEqual(new float[] { 1, -2 }, tensors["f"].Values.Floats.ToArray());
        Assert.AreEqual(5L, BitConverter.ToInt64(tensors["i"].Values.Bytes));
        Assert.IsTrue(tensors["i"].IsInteger);
        CollectionAssert.AreEqual(new float[] { 1, 65504 }, tensors["h"].Values.Floats.ToArray());
        CollectionAssert.AreEqual(new long[] { 1, 2 }, tensors["h"].Shape.ToArray());
        CollectionAssert.AreEqual(new[] { 1.5f }, tensors["b"].Values.Floats.ToArray());
        Assert.IsEmpty(tensors["z"].Values.Bytes);
    }

    [TestMethod]
    public void WhatIsWrittenIsReadToTheBit()
    {
        using var network = TestNetworks.Create(seed: 1);
        TestNetworks.TrainOneStep(network);
        var weights = TestNetworks.Weights(network);
        using var stream = new MemoryStream();

        SafetensorsWriter.Write(stream, weights, new Dictionary<string, string> { ["format"] = "pt", ["text"] = "\"\u00e4\n" });
        stream.Position = 0;
        var tensors = WeightsFile.Read(stream).ToDictionary(tensor => tensor.Name);

        Assert.HasCount(network.Graph.Tensors.Count, tensors);
        foreach (var tensor in network.Graph.Tensors)
        {
            CollectionAssert.AreEqual(
                tensor.Shape.Select(length => (long)length).ToArray(), tensors[tensor.Name].Shape.ToArray(), tensor.Name);
            Assert.AreEqual(tensor.IsInteger, tensors[tensor.Name].IsInteger, tensor.Name);
            Assert.IsTrue(weights[tensor.Name].Bytes.AsSpan().SequenceEqual(tensors[tensor.Name].Values.Bytes), tensor.Name);
        }
    }

    [TestMethod]
    public void TheBytesAreThoseOfTheFormat()
    {
        var definition = new Described(1, images => images.GlobalAveragePool());
        var weights = new NetworkWeights(definition.CreateGraph(classCount: 1, imageSize: 1), new Dictionary<string, WeightTensor>
        {
            ["linear.weight"] = WeightTensor.Of([1, 2, 3]),
            ["linear.bias"] = WeightTensor.Of([4]),
        });
        using var stream = new MemoryStream();

        SafetensorsWriter.Write(stream, weights, new Dictionary<string, string> { ["format"] = "pt" });

        const string Header = """{"__metadata__":{"format":"pt"},"linear.weight":""" +
            """{"dtype":"F32","shape":[1,3],"data_offsets":[0,12]},"linear.bias":{"dtype":"F32","shape":[1],"data_offsets":[12,16]}}""";
        var padded = Header.PadRight((Header.Length + 7) / 8 * 8);
        CollectionAssert.AreEqual(
            File(padded, [.. new float[] { 1, 2, 3, 4 }.SelectMany(BitConverter.GetBytes)]),
            stream.ToArray());
    }

    [TestMethod]
    [DataRow(
        """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""",
        "its tensor 'a' of shape [2] and type F32 cannot have the bytes from 0 to 4",
        DisplayName = "Too few bytes")]
    [DataRow(
        """{"a":{"dtype":"F32","shape":[2],"data_offsets":[-4,4]}}""",
        "its tensor 'a' of shape [2] and type F32 cannot have the bytes from -4 to 4",
        DisplayName = "A negative place")]
    [DataRow(
        """{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}""",
        "its tensor 'a' of shape [2] and type F32 cannot have the bytes from 8 to 0",
        DisplayName = "The wrong way round")]
    [DataRow(
        """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""",
        "the values of its tensor 'b' begin at 0, not at 4, where those before them end",
        DisplayName = "Two at one place")]
    [DataRow(
        """{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""",
        "the values of its tensor 'a' begin at 4, not at 0, where those before them end",
        DisplayName = "A gap")]
    [DataRow(
        """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""",
        "it has 8 bytes of values, but its header speaks of 4",
        DisplayName = "Bytes left over")]
    [DataRow(
        """{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,12]}}""",
        "it has 8 bytes of values, but its header speaks of 12",
        DisplayName = "Too few values")]
    [DataRow(
        """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""",
        "it has the tensor 'a' twice",
        DisplayName = "A name twice")]
    [DataRow(
        """{"a":{"dtype":"F8_E4M3","shape":[8],"data_offsets":[0,8]}}""",
        "its tensor 'a' is of type F8_E4M3, which cannot be read",
        DisplayName = "A type that is not known")]
    [DataRow(
        """{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,8]}}""",
        "it has a tensor with more values than any file can hold",
        DisplayName = "A size that overflows")]
    [DataRow(
        """{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}""", "it has a tensor of shape [-2]", DisplayName = "A negative length")]
    [DataRow(
        """{"a":{"dtype":"F32","shape":[2.5],"data_offsets":[0,8]}}""",
        "the header's entry of its tensor 'a' has a list that is not one of whole numbers, at most 64",
        DisplayName = "A broken number")]
    [DataRow(
        """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8,8]}}""",
        "the header's entry of its tensor 'a' lacks one of 'dtype', 'shape' and the two 'data_offsets'",
        DisplayName = "Three places")]
    [DataRow(
        """{"a":{"dtype":"F32","shape":[2]}}""",
        "the header's entry of its tensor 'a' lacks one of 'dtype', 'shape' and the two 'data_offsets'",
        DisplayName = "No places")]
    [DataRow(
        """{"a":{"dtype":"F32","dtype":"F32","shape":[2],"data_offsets":[0,8]}}""",
        "the header's entry of its tensor 'a' has 'dtype', which does not belong there or was there before",
        DisplayName = "A field twice")]
    [DataRow(
        """{"a":[]}""",
        "its header is damaged: There is a StartArray at byte 5 in place of a StartObject.",
        DisplayName = "A list in place of an entry")]
    [DataRow(
        """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}} x""", "its header is damaged: ", DisplayName = "Text behind the header")]
    [DataRow("""{"a":""", "its header is damaged: ", DisplayName = "Half a header")]
    [DataRow(
        """{"__metadata__":{"a":""" +
        """[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[""" +
        """]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]}}""",
        "its header is damaged: ",
        DisplayName = "Deeply nested")]
    [DataRow("{}", "it has 8 bytes of values, but its header speaks of 0", DisplayName = "No tensors")]
    public void DamagedFilesSayWhatIsWrong(string header, string message) => AssertRefused(message, File(header, new byte[8]));

    [TestMethod]
    public void TheHeadersLengthIsComparedBeforeMemoryIsTaken()
    {
        var file = File("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", new byte[8]);
        foreach (var length in new ulong[] { ulong.MaxValue, long.MaxValue, 100_000_001, (ulong)file.Length })
        {
            BitConverter.TryWriteBytes(file, length);
            AssertRefused($"its header claims {length} bytes; it has {file.Length - 8} bytes behind that number", file);
        }

        AssertRefused("it has a name of 2000 bytes; at most 1024 can be read", File($$$"""{"{{{new string('a', 2000)}}}":{}}""", []));
    }

    private static byte[] File(string header, byte[] values) =>
        [.. BitConverter.GetBytes((long)Encoding.UTF8.GetByteCount(header)), .. Encoding.UTF8.GetBytes(header), .. values];

    private static void AssertRefused(string message, byte[] file) =>
        Assert.StartsWith(message, Assert.ThrowsExactly<FormatException>(() => WeightsFile.Read(new MemoryStream(file))).Message);
}
