using System.Text;
using Plrs.MLNet.Networks;
using Plrs.MLNet.Tests.Networks;
using Plrs.MLNet.Weights;

namespace Plrs.MLNet.Tests.Weights;

[TestClass]
public sealed class WeightsFormatTests
{
    private static readonly NetworkGraph Small = Graph(images => images.Linear("w", 2), new LayerShape(1, 1, 1, IsVector: true));

    [TestMethod]
    public void WeightsAndBuffersComeBackToTheBit()
    {
        using var network = TestNetworks.Create(seed: 1);
        TestNetworks.TrainOneStep(network);
        var bytes = TestNetworks.WeightBytes(TestNetworks.Weights(network));

        var read = Read(bytes, network.Graph);

        foreach (var tensor in network.Graph.Tensors)
        {
            Assert.IsTrue(
                read[tensor.Name].Bytes.AsSpan().SequenceEqual(network.state_dict()[tensor.Name].contiguous().bytes), tensor.Name);
        }

        Assert.IsTrue(bytes.AsSpan().SequenceEqual(TestNetworks.WeightBytes(read)));
        Assert.AreEqual(bytes.LongLength, WeightsFormat.Length(network.Graph));
    }

    [TestMethod]
    public void TheBytesAreThoseDocumented()
    {
        byte[] expected =
        [
            2, 0, 0, 0, // two tensors
            8, 0, 0, 0, .. "w.weight"u8,
            6, // float32
            2, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, // two dimensions of two and one
            0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0,
            6, 0, 0, 0, .. "w.bias"u8,
            6,
            1, 0, 0, 0, 2, 0, 0, 0,
            0, 0, 0, 0, 0, 0, 0x80, 0x3F,
        ];
        var weights = Weights(Small, [1, -2], [0, 1]);

        CollectionAssert.AreEqual(expected, TestNetworks.WeightBytes(weights));
        Assert.AreEqual(expected.LongLength, WeightsFormat.Length(Small));
    }

    [TestMethod]
    public void ReadingEndsWhereWritingEnded()
    {
        var bytes = TestNetworks.WeightBytes(Weights(Small, [1, 2], [3, 4]));
        using var stream = new MemoryStream([.. bytes, 1, 2, 3]);
        using var reader = new BinaryReader(stream);

        var weights = WeightsFormat.Read(reader, Small);

        Assert.AreEqual(bytes.Length, stream.Position);
        Assert.AreEqual(4f, weights["w.bias"].Floats[1]);
    }

    [TestMethod]
    public void WeightsOfAnotherNetworkAreRefused()
    {
        var written = TestNetworks.WeightBytes(Weights(Small, [1, 2], [3, 4]));
        AssertRefused(written, Graph(images => images, new LayerShape(1, 1, 1)), "the number of tensors");
        AssertRefused(written, Graph(images => images.Linear("v", 2), LayerShape.Vector(1)), "the name of 'v.weight'");
        AssertRefused(written, Graph(images => images.Linear("ww", 2), LayerShape.Vector(1)), "the name of 'ww.weight'");
        AssertRefused(written, Graph(images => images.Linear("w", 3), LayerShape.Vector(1)), "the shape of 'w.weight'");
        AssertRefused(
            written, Graph(images => images.Convolution("w", 2, kernel: 1, bias: true), new LayerShape(1, 1, 1)), "the rank of 'w.weight'");
        written[4 + 4 + "w.weight".Length] = 4;
        AssertRefused(written, Small, "the type of 'w.weight'");
    }

    [TestMethod]
    public void DataThatEndsTooEarlyIsAnErrorWhereverItEnds()
    {
        var bytes = TestNetworks.WeightBytes(Weights(Small, [1, 2], [3, 4]));
        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.ThrowsExactly<EndOfStreamException>(() => Read(bytes[..length], Small), $"After {length} bytes");
        }
    }

    [TestMethod]
    public void ALengthThatTheFileClaimsIsNotAllocated()
    {
        foreach (var length in new[] { -1, int.MaxValue, int.MinValue })
        {
            byte[] bytes = [2, 0, 0, 0, .. BitConverter.GetBytes(length), .. Encoding.UTF8.GetBytes("w.weight")];
            Assert.ThrowsExactly<FormatException>(() => Read(bytes, Small));
        }
    }

    [TestMethod]
    public void ValuesWithWhichNothingScoresAreNamed()
    {
        AssertUnusable(Weights(Small, [1, float.NaN], [0, 0]), "The weights cannot be used: 'w.weight' has values that are not finite.");
        AssertUnusable(
            Weights(Small, [1, 2], [float.NegativeInfinity, 0]), "The weights cannot be used: 'w.bias' has values that are not finite.");
        Weights(Small, [1, -2], [0, float.MaxValue]).Check();
    }

    private static void AssertUnusable(NetworkWeights weights, string message) =>
        Assert.AreEqual(message, Assert.ThrowsExactly<FormatException>(weights.Check).Message);

    private static NetworkGraph Graph(Func<Layer, Layer> describe, LayerShape images)
    {
        var builder = new GraphBuilder();
        var output = describe(builder.Add("images", new Operation.Input(images), "images"));
        return builder.Build(output, output);
    }

    private static NetworkWeights Weights(NetworkGraph graph, float[] weight, float[] bias) =>
        new(graph, new Dictionary<string, WeightTensor> { ["w.weight"] = WeightTensor.Of(weight), ["w.bias"] = WeightTensor.Of(bias) });

    private static NetworkWeights Read(byte[] bytes, NetworkGraph graph)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes));
        return WeightsFormat.Read(reader, graph);
    }

    private static void AssertRefused(byte[] bytes, NetworkGraph graph, string what)
    {
        var error = Assert.ThrowsExactly<FormatException>(() => Read(bytes, graph));
        Assert.AreEqual($"The weights do not fit the network: {what} is not the expected one.", error.Message);
    }
}
