using System.Text;
using Plrs.MLNet.Networks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Plrs.MLNet.Tests.Networks;

[TestClass]
public sealed class WeightsFormatTests
{
    [TestMethod]
    public void WeightsAndBuffersComeBackToTheBit()
    {
        using var network = TestNetworks.Create(seed: 1);
        TestNetworks.TrainOneStep(network);
        using var other = TestNetworks.Create(seed: 2);

        Read(TestNetworks.WeightBytes(network), other);

        Assert.AreEqual(TestNetworks.Fingerprint(network), TestNetworks.Fingerprint(other));
        Assert.IsTrue(TestNetworks.WeightBytes(network).AsSpan().SequenceEqual(TestNetworks.WeightBytes(other)));
    }

    [TestMethod]
    public void ReadingEndsWhereWritingEnded()
    {
        using var network = Small();
        var bytes = TestNetworks.WeightBytes(network);
        using var stream = new MemoryStream([.. bytes, 1, 2, 3]);
        using var reader = new BinaryReader(stream);

        WeightsFormat.Read(reader, network);

        Assert.AreEqual(bytes.Length, stream.Position);
    }

    [TestMethod]
    public void TheBytesAreThoseDocumented()
    {
        using var network = new Small([2], ScalarType.Float32, "w");
        using (no_grad())
        {
            network.parameters().Single().copy_(tensor(new[] { 1f, -2f }));
        }

        byte[] expected =
        [
            1, 0, 0, 0, // one tensor
            1, 0, 0, 0, (byte)'w',
            (byte)ScalarType.Float32,
            1, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, // one dimension of two
            0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0,
        ];
        CollectionAssert.AreEqual(expected, TestNetworks.WeightBytes(network));
    }

    [TestMethod]
    public void WeightsOfAnotherNetworkAreRefused()
    {
        using var network = Small();
        AssertRefused(new Small([2, 3], ScalarType.Float32, "w", "x"), network, "the number of tensors");
        AssertRefused(new Small([2, 3], ScalarType.Float32, "v"), network, "the name of 'w'");
        AssertRefused(new Small([2, 3], ScalarType.Float32, "ww"), network, "the name of 'w'");
        AssertRefused(new Small([2, 3], ScalarType.Float64, "w"), network, "the type of 'w'");
        AssertRefused(new Small([6], ScalarType.Float32, "w"), network, "the rank of 'w'");
        AssertRefused(new Small([3, 2], ScalarType.Float32, "w"), network, "the shape of 'w'");
    }

    [TestMethod]
    public void WeightsForAnotherNumberOfClassesAreRefused()
    {
        using var ten = TestNetworks.Create(classCount: 10);
        using var eleven = TestNetworks.Create(classCount: 11);

        var error = Assert.ThrowsExactly<FormatException>(() => Read(TestNetworks.WeightBytes(ten), eleven));

        Assert.AreEqual("The weights do not fit the network: the shape of 'linear.weight' is not the expected one.", error.Message);
    }

    [TestMethod]
    public void DataThatEndsTooEarlyIsAnErrorWhereverItEnds()
    {
        using var network = Small();
        var bytes = TestNetworks.WeightBytes(network);
        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.ThrowsExactly<EndOfStreamException>(() => Read(bytes[..length], network), $"After {length} bytes");
        }

        using var large = TestNetworks.Create();
        bytes = TestNetworks.WeightBytes(large);
        for (var length = 0; length < bytes.Length; length += 50_021)
        {
            Assert.ThrowsExactly<EndOfStreamException>(() => Read(bytes[..length], large), $"After {length} bytes");
        }
    }

    [TestMethod]
    public void DamageIsAFormatErrorOrAnEarlyEndAndNothingElse()
    {
        using var network = Small();
        var bytes = TestNetworks.WeightBytes(network);
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
                Read(damaged, network);
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
        using var network = Small();
        foreach (var length in new[] { -1, int.MaxValue, int.MinValue })
        {
            byte[] bytes = [1, 0, 0, 0, .. BitConverter.GetBytes(length), .. Encoding.UTF8.GetBytes("w")];
            Assert.ThrowsExactly<FormatException>(() => Read(bytes, network));
        }
    }

    [TestMethod]
    public void TheNetworkLivesWhileItIsWrittenAndRead()
    {
        // Optimised code holds nothing for longer than it is used, and finalizers dispose of the tensors of a network that nobody holds.
        using var network = TestNetworks.Create(seed: 1);
        using var stream = new CollectingStream();
        using var writer = new BinaryWriter(stream);

        WeightsFormat.Write(writer, TestNetworks.Create(seed: 1));

        Assert.IsTrue(TestNetworks.WeightBytes(network).AsSpan().SequenceEqual(stream.ToArray()));
        stream.Position = 0;
        stream.Collections = 8;
        using var reader = new BinaryReader(stream);
        WeightsFormat.Read(reader, TestNetworks.Create(seed: 2));
        Assert.AreEqual(stream.Length, stream.Position);
    }

    private static Small Small() => new([2, 3], ScalarType.Float32, "w");

    private static void Read(byte[] bytes, nn.Module network)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes));
        WeightsFormat.Read(reader, network);
    }

    private static void AssertRefused(Small written, Small read, string what)
    {
        using (written)
        {
            var error = Assert.ThrowsExactly<FormatException>(() => Read(TestNetworks.WeightBytes(written), read));
            Assert.AreEqual($"The weights do not fit the network: {what} is not the expected one.", error.Message);
        }
    }
}

/// <summary>A stream that collects garbage at the first values.</summary>
internal sealed class CollectingStream : MemoryStream
{
    /// <summary>The collections to come.</summary>
    public int Collections { get; set; } = 8;

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        Collect(buffer.Length);
        base.Write(buffer);
    }

    public override void Write(byte[] buffer, int offset, int count)
    {
        Collect(count);
        base.Write(buffer, offset, count);
    }

    public override int Read(Span<byte> buffer)
    {
        Collect(buffer.Length);
        return base.Read(buffer);
    }

    private void Collect(int bytes)
    {
        if (bytes > 100 && Collections-- > 0)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
    }
}

/// <summary>A module with parameters of one shape and no more.</summary>
internal sealed class Small : nn.Module
{
    public Small(long[] shape, ScalarType type, params string[] names)
        : base(nameof(Small))
    {
        foreach (var name in names)
        {
            register_parameter(name, new Parameter(ones(shape, type)));
        }
    }
}
