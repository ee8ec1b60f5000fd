using System.Text;
using Plrs.MLNet.Tests.Networks;
using Plrs.MLNet.Torch;
using static TorchSharp.torch;

namespace Plrs.MLNet.Tests.Torch;

[TestClass]
public sealed class NamedTensorsTests
{
    [TestMethod]
    public void WeightsAndBuffersComeBackToTheBit()
    {
        using var network = TestNetworks.Create(seed: 1);
        TestNetworks.TrainOneStep(network);
        using var other = TestNetworks.Create(seed: 2);
        var bytes = Written(network.state_dict());

        Read(bytes, other.state_dict());

        Assert.AreEqual(TestNetworks.Fingerprint(network), TestNetworks.Fingerprint(other));
        Assert.AreEqual(bytes.Length, NamedTensors.Length(network.state_dict()));
        GC.KeepAlive(network);
        GC.KeepAlive(other);
    }

    [TestMethod]
    public void TheBytesAreThoseDocumented()
    {
        using var scope = NewDisposeScope();
        byte[] expected =
        [
            1, 0, 0, 0, // one tensor
            1, 0, 0, 0, (byte)'w',
            (byte)ScalarType.Float32,
            1, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, // one dimension of two
            0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0,
        ];
        CollectionAssert.AreEqual(expected, Written(Named(("w", tensor(new[] { 1f, -2f })))));
    }

    [TestMethod]
    public void TheOrderInTheFileDoesNotMatter()
    {
        using var scope = NewDisposeScope();
        var read = Named(("a", zeros(2)), ("b", zeros(3)));

        Read(Written(Named(("b", full(3, 5f)), ("a", full(2, 4f)))), read);

        Assert.AreEqual("4 4 5 5 5", string.Join(' ', read["a"].data<float>().Concat(read["b"].data<float>())));
    }

    [TestMethod]
    public void ReadingFillsViewsAndEndsWhereWritingEnded()
    {
        using var scope = NewDisposeScope();
        var whole = zeros(5);
        byte[] bytes = [.. Written(Named(("part", full(2, 1f)))), 1, 2, 3];
        using var stream = new MemoryStream(bytes);
        using var reader = new BinaryReader(stream);

        NamedTensors.Read(reader, Named(("part", whole.narrow(0, 1, 2))));

        Assert.AreEqual("0 1 1 0 0", string.Join(' ', whole.data<float>()));
        Assert.AreEqual(bytes.Length - 3, stream.Position);
    }

    [TestMethod]
    public void OtherTensorsAreRefused()
    {
        using var scope = NewDisposeScope();
        var given = ones(2, 3);
        AssertRefused("it has a tensor 'x', which does not belong there", ("w", given), ("x", ones(1)));
        AssertRefused("it has a tensor 'v', which does not belong there", ("v", given));
        AssertRefused("it has a tensor with a name of 2 bytes, which does not belong there", ("ww", given));
        AssertRefused("its tensor 'w' is of type Float64, not Float32", ("w", given.to(ScalarType.Float64)));
        AssertRefused("its tensor 'w' has 1 dimensions, not 2", ("w", ones(6)));
        AssertRefused("its tensor 'w' has the shape [3, 2], not [2, 3]", ("w", ones(3, 2)));
        AssertRefused("it has no tensor 'w'");

        void AssertRefused(string message, params (string Name, Tensor Tensor)[] written) => Assert.AreEqual(
            message, Assert.ThrowsExactly<FormatException>(() => Read(Written(Named(written)), Named(("w", ones(2, 3))))).Message);
    }

    [TestMethod]
    public void ATensorThatComesTwiceIsRefused()
    {
        using var scope = NewDisposeScope();
        var one = Written(Named(("a", ones(1))));
        byte[] twice = [2, 0, 0, 0, .. one[4..], .. one[4..]];

        var error = Assert.ThrowsExactly<FormatException>(() => Read(twice, Named(("a", zeros(1)), ("b", zeros(1)))));

        Assert.AreEqual("it has the tensor 'a' twice", error.Message);
    }

    [TestMethod]
    public void DataThatEndsTooEarlyIsAnErrorWhereverItEnds()
    {
        using var scope = NewDisposeScope();
        var bytes = Written(Named(("w", ones(2, 3)), ("bias", ones(1))));
        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.ThrowsExactly<EndOfStreamException>(
                () => Read(bytes[..length], Named(("w", ones(2, 3)), ("bias", ones(1)))), $"After {length} bytes");
        }
    }

    [TestMethod]
    public void DamageIsAFormatErrorOrAnEarlyEndAndNothingElse()
    {
        using var scope = NewDisposeScope();
        var bytes = Written(Named(("w", ones(2, 3))));
        var random = new Random(1);
        var refused = 0;
        for (var i = 0; i < 2000; i++)
        {
            var damaged = bytes.ToArray();
            for (var place = random.Next(bytes.Length); place < bytes.Length && random.Next(4) != 0; place++)
            {
                damaged[place] = (byte)(random.Next(2) == 0 ? 0xFF : random.Next(256));
            }

            try
            {
                Read(damaged, Named(("w", ones(2, 3))));
            }
            catch (Exception e) when (e is FormatException or EndOfStreamException)
            {
                refused++;
            }
        }

        Assert.IsGreaterThan(500, refused);
    }

    [TestMethod]
    public void ALengthThatTheFileClaimsIsNotAllocated()
    {
        using var scope = NewDisposeScope();
        foreach (var length in new[] { -1, int.MaxValue, int.MinValue })
        {
            byte[] bytes = [1, 0, 0, 0, .. BitConverter.GetBytes(length), .. Encoding.UTF8.GetBytes("w")];
            Assert.ThrowsExactly<FormatException>(() => Read(bytes, Named(("w", ones(1)))));
        }
    }

    private static Dictionary<string, Tensor> Named(params (string Name, Tensor Tensor)[] tensors) =>
        tensors.ToDictionary(entry => entry.Name, entry => entry.Tensor);

    private static byte[] Written(IReadOnlyDictionary<string, Tensor> tensors)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        NamedTensors.Write(writer, tensors);
        return stream.ToArray();
    }

    private static void Read(byte[] bytes, IReadOnlyDictionary<string, Tensor> tensors)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes));
        NamedTensors.Read(reader, tensors);
    }
}
