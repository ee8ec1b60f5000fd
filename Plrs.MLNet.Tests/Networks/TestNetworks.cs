using System.Security.Cryptography;
using Plrs.MLNet.Networks;
using static TorchSharp.torch;

namespace Plrs.MLNet.Tests.Networks;

/// <summary>What the tests of networks and weights share.</summary>
internal static class TestNetworks
{
    public static ImageNetwork Create(int seed = 0, int classCount = 10) =>
        ImageNetwork.Create(Plrs.MLNet.ImageClassification.TorchImageClassificationTrainer.Architecture.ResNet20, classCount, seed);

    public static Tensor Images(int seed, int count, int size = 8)
    {
        using var generator = new Generator((ulong)seed);
        return randn([count, 3, size, size], generator: generator);
    }

    /// <summary>The residual blocks, in order.</summary>
    public static IEnumerable<nn.Module<Tensor, Tensor>> Blocks(nn.Module network) =>
        network.named_modules().Select(entry => entry.module).Where(module => module.GetName() == "ResidualBlock").Cast<nn.Module<Tensor, Tensor>>();

    /// <summary>A text that is the same for the same weights and buffers, bit by bit.</summary>
    public static string Fingerprint(nn.Module network)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var tensor in network.state_dict().Values)
        {
            hash.AppendData(tensor.bytes);
        }

        // Its finalizer would dispose of the tensors.
        GC.KeepAlive(network);
        return Convert.ToHexString(hash.GetHashAndReset());
    }

    /// <summary>The weights as the library writes them.</summary>
    public static byte[] WeightBytes(nn.Module network)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        WeightsFormat.Write(writer, network);
        writer.Flush();
        return stream.ToArray();
    }

    /// <summary>Moves the weights and the running statistics away from where they start.</summary>
    public static void TrainOneStep(ImageNetwork network, int seed = 1)
    {
        using var scope = NewDisposeScope();
        using var optimizer = optim.SGD(network.parameters(), 0.1);
        network.train();
        nn.functional.cross_entropy(network.forward(Images(seed, count: 4)), tensor(new long[] { 0, 1, 0, 1 })).backward();
        optimizer.step();
    }
}
