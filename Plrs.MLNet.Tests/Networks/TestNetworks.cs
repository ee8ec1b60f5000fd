using System.Security.Cryptography;
using Plrs.MLNet.Networks;
using Plrs.MLNet.Weights;
using static TorchSharp.torch;

namespace Plrs.MLNet.Tests.Networks;

/// <summary>What the tests of networks and weights share.</summary>
internal static class TestNetworks
{
    public static GraphModule Create(int seed = 0, int classCount = 10) => Create(Network.ResNet20, seed, classCount);

    public static GraphModule Create(NetworkDefinition definition, int seed = 0, int classCount = 10, int imageSize = 8) =>
        new(definition.CreateGraph(classCount, imageSize), seed);

    public static Tensor Images(int seed, int count, int size = 8)
    {
        using var generator = new Generator((ulong)seed);
        return randn([count, 3, size, size], generator: generator);
    }

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

    /// <summary>The weights as a model has them.</summary>
    public static NetworkWeights Weights(GraphModule network) => NetworkWeights.CopyOf(network.Graph, network);

    /// <summary>The weights as the library writes them into model files.</summary>
    public static byte[] WeightBytes(NetworkWeights weights)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        WeightsFormat.Write(writer, weights);
        writer.Flush();
        return stream.ToArray();
    }

    /// <summary>Moves the weights and the running statistics away from where they start.</summary>
    public static void TrainOneStep(GraphModule network, int seed = 1)
    {
        using var scope = NewDisposeScope();
        using var optimizer = optim.SGD(network.parameters(), 0.1);
        network.train();
        nn.functional.cross_entropy(network.forward(Images(seed, count: 4, network.Graph.Images.Height)), tensor(new long[] { 0, 1, 0, 1 }))
            .backward();
        optimizer.step();
    }

    /// <summary>Lets the running statistics come close to those of the images, which they follow slowly.</summary>
    public static void SettleStatistics(GraphModule network)
    {
        TrainOneStep(network);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        for (var i = 0; i < 30; i++)
        {
            network.forward(Images(seed: i, count: 8, network.Graph.Images.Height));
        }

        network.eval();
    }
}
