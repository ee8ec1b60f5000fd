using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Plrs.MLNet.Torch;

/// <summary>
/// An average of a module's weights and of its buffers of floating-point numbers, and which of the two the module has now.
/// </summary>
internal sealed class AveragedWeights : IDisposable
{
    private readonly Block[] _blocks;
    private readonly Scalar _one = 1;

    // A tensor, because its number can be changed: a new Scalar for each step would be garbage. It is on the CPU, as a Scalar is.
    private readonly Tensor _kept = zeros([], float64, CPU).DetachFromDisposeScope();

    private AveragedWeights(IEnumerable<Block> blocks) => _blocks = [.. blocks];

    /// <summary>Whether the module has the average; the weights that it was taken of are kept for it then.</summary>
    public bool IsInPlace { get; private set; }

    /// <summary>Whether the module has the tensors still of which the average is; not when it is disposed of, or moved elsewhere.</summary>
    public bool HasModule
    {
        get
        {
            foreach (var block in _blocks)
            {
                if (block.IsGone)
                {
                    return false;
                }
            }

            return true;
        }
    }

    /// <summary>Whether there is anything to average.</summary>
    public bool IsEmpty => _blocks.Length == 0;

    /// <summary>
    /// The average of a network's trained weights and of its buffers, which starts with what the network has. The buffers are moved into
    /// one tensor a type, as the weights are in their groups: to follow a step is one operation each.
    /// </summary>
    /// <param name="groups">The trained weights.</param>
    /// <param name="network">The network, for its buffers.</param>
    /// <param name="infinite">The buffers that are left alone.</param>
    public static AveragedWeights OfGroups(ParameterGroups groups, nn.Module network, IReadOnlySet<string> infinite) => new(
    [
        .. groups.Select(group => new Block(group.All, group.All.detach(), group.Split)),
        .. network.named_buffers().Where(entry => entry.buffer.is_floating_point() && !infinite.Contains(entry.name))
            .GroupBy(entry => entry.buffer.dtype).Select(BlockOf),
    ]);

    /// <summary>
    /// The average of all weights and buffers of a module that somebody else trains, which starts with what the module has. They stay where
    /// they are. What is not finite, such as a mask of −∞, is left alone.
    /// </summary>
    public static AveragedWeights OfModule(nn.Module module) => new(
        module.named_parameters().Select(entry => (entry.name, tensor: (Tensor)entry.parameter))
            .Concat(module.named_buffers().Select(entry => (entry.name, tensor: entry.buffer)))
            .Where(entry => IsAveraged(entry.tensor))
            .Select(entry => BlockOf(entry.name, entry.tensor)));

    /// <summary>The number of bytes that it takes in a checkpoint, or a few more.</summary>
    public static long Length(nn.Module network) => sizeof(bool) + NamedTensors.Length(network.state_dict());

    /// <summary>Takes a share of the average from the module's weights, which must be those of a step.</summary>
    public void Follow(double share)
    {
        MemoryMarshal.Write(_kept.bytes, 1 - share);
        foreach (var block in _blocks)
        {
            // By way of the difference, what a step does not change stays as it is, to the last bit.
            block.Other.sub_(block.Network).mul_(_kept).add_(block.Network, _one);
        }
    }

    /// <summary>Starts again with the weights that the module has.</summary>
    public void Restart() => Array.ForEach(_blocks, block => block.Other.copy_(block.Network));

    /// <summary>Gives the module the average.</summary>
    public void PutInPlace() => Exchange(!IsInPlace);

    /// <summary>Gives the module its own weights back.</summary>
    public void TakeOut() => Exchange(IsInPlace);

    /// <summary>Writes which of the two the module has, and the other.</summary>
    public void Write(BinaryWriter writer)
    {
        using var scope = NewDisposeScope();
        writer.Write(IsInPlace);
        NamedTensors.Write(writer, Parts());
    }

    /// <summary>Goes on from what was written; the module has what it had then. Nothing changes when it does not fit.</summary>
    public void Read(BinaryReader reader)
    {
        using var scope = NewDisposeScope();
        var isInPlace = reader.ReadBoolean();
        var parts = Parts();
        var read = parts.ToDictionary(part => part.Key, part => part.Value.empty_like());
        NamedTensors.Read(reader, read);
        foreach (var (name, part) in parts)
        {
            part.copy_(read[name]);
        }

        IsInPlace = isInPlace;
    }

    public void Dispose()
    {
        Array.ForEach(_blocks, block => block.Dispose());
        _kept.Dispose();
        _one.Dispose();
    }

    private static bool IsAveraged(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return tensor.is_floating_point() && tensor.isfinite().all().item<bool>();
    }

    private static Block BlockOf(IEnumerable<(string Name, Tensor Buffer)> buffers)
    {
        var parts = buffers.Select(entry => (entry.Name, Shape: entry.Buffer.shape)).ToArray();
        return new Block(
            buffers.First().Buffer,
            FlatMemory.Join([.. buffers.Select(entry => entry.Buffer)]),
            flat => parts.Zip(FlatMemory.Split(flat, parts.Select(part => part.Shape)))
                .ToDictionary(entry => entry.First.Name, entry => entry.Second));
    }

    private static Block BlockOf(string name, Tensor tensor)
    {
        // Beside a tensor of no dimension, the number that is kept would decide the precision.
        var values = tensor.detach();
        return new Block(
            tensor,
            tensor.dim() == 0 ? values.view(1) : values,
            all => new Dictionary<string, Tensor> { [name] = tensor.dim() == 0 ? all.view([]) : all });
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

    /// <summary>Values that lie side by side: those that the module has, and the others.</summary>
    /// <param name="owner">The module's own tensor, or one of those that lie there.</param>
    /// <param name="network">Its values, in the same memory.</param>
    /// <param name="split">The parts of such values, by their names.</param>
    private sealed class Block(Tensor owner, Tensor network, Func<Tensor, IReadOnlyDictionary<string, Tensor>> split) : IDisposable
    {
        public Tensor Network { get; } = network.DetachFromDisposeScope();

        public Tensor Other { get; } = network.clone().DetachFromDisposeScope();

        public Func<Tensor, IReadOnlyDictionary<string, Tensor>> Split => split;

        public bool IsGone => owner.IsInvalid;

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
