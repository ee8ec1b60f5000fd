using Plrs.MLNet.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Plrs.MLNet.Training;

/// <summary>
/// An average of a network's trained weights and of its buffers of floating-point numbers, and which of the two the network has now. The
/// buffers are moved into one tensor a type, as the weights are in their groups: to follow a step is one operation each.
/// </summary>
internal sealed class AveragedWeights : IDisposable
{
    private readonly Block[] _blocks;

    /// <summary>Starts with the weights that the network has.</summary>
    public AveragedWeights(TrainingState state) => _blocks =
    [
        .. state.Groups.Select(group => new Block(group.All.detach(), group.Split)),
        .. state.Network.named_buffers().Where(entry => entry.buffer.is_floating_point() && !state.Infinite.Contains(entry.name))
            .GroupBy(entry => entry.buffer.dtype).Select(BlockOf),
    ];

    /// <summary>Whether the network has the average; the weights that it was taken of are kept for it then.</summary>
    public bool IsInPlace { get; private set; }

    /// <summary>The number of bytes that it takes in a checkpoint, or a few more.</summary>
    public static long Length(nn.Module network) => sizeof(bool) + NamedTensors.Length(network.state_dict());

    /// <summary>Takes a share of the average from the network's weights, which must be those of a step.</summary>
    public void Follow(double share)
    {
        using Scalar kept = 1 - share;
        using Scalar one = 1;
        foreach (var block in _blocks)
        {
            // By way of the difference, what a step does not change stays as it is, to the last bit.
            block.Other.sub_(block.Network).mul_(kept).add_(block.Network, one);
        }
    }

    /// <summary>Starts again with the weights that the network has.</summary>
    public void Restart() => Array.ForEach(_blocks, block => block.Other.copy_(block.Network));

    /// <summary>Gives the network the average.</summary>
    public void PutInPlace() => Exchange(!IsInPlace);

    /// <summary>Gives the network its own weights back.</summary>
    public void TakeOut() => Exchange(IsInPlace);

    /// <summary>Writes which of the two the network has, and the other.</summary>
    public void Write(BinaryWriter writer)
    {
        using var scope = NewDisposeScope();
        writer.Write(IsInPlace);
        NamedTensors.Write(writer, Parts());
    }

    /// <summary>Goes on from what was written; the network has what it had then.</summary>
    public void Read(BinaryReader reader)
    {
        using var scope = NewDisposeScope();
        IsInPlace = reader.ReadBoolean();
        NamedTensors.Read(reader, Parts());
    }

    public void Dispose() => Array.ForEach(_blocks, block => block.Dispose());

    private static Block BlockOf(IEnumerable<(string Name, Tensor Buffer)> buffers)
    {
        var parts = buffers.Select(entry => (entry.Name, Shape: entry.Buffer.shape)).ToArray();
        return new Block(
            FlatMemory.Join([.. buffers.Select(entry => entry.Buffer)]),
            flat => parts.Zip(FlatMemory.Split(flat, parts.Select(part => part.Shape)))
                .ToDictionary(entry => entry.First.Name, entry => entry.Second));
    }

    private void Exchange(bool isDue)
    {
        if (isDue)
        {
            Array.ForEach(_blocks, block => block.Exchange());
            IsInPlace = !IsInPlace;
        }
    }

    private Dictionary<string, Tensor> Parts() =>
        _blocks.SelectMany(block => block.Split(block.Other)).ToDictionary(StringComparer.Ordinal);

    /// <summary>Values that lie side by side: those that the network has, and the others.</summary>
    private sealed class Block(Tensor network, Func<Tensor, IReadOnlyDictionary<string, Tensor>> split) : IDisposable
    {
        public Tensor Network { get; } = network.DetachFromDisposeScope();

        public Tensor Other { get; } = network.clone().DetachFromDisposeScope();

        public Func<Tensor, IReadOnlyDictionary<string, Tensor>> Split => split;

        public void Exchange()
        {
            using var network = Network.clone();
            Network.copy_(Other);
            Other.copy_(network);
        }

        public void Dispose()
        {
            Network.Dispose();
            Other.Dispose();
        }
    }
}
