using Plrs.MLNet.Torch;
using static TorchSharp.torch;

namespace Plrs.MLNet.Training;

/// <summary>A copy of a network's weights and buffers in memory.</summary>
/// <param name="network">The network.</param>
/// <param name="hasAllBuffers">Whether buffers that are not persistent are copied, too.</param>
internal sealed class WeightsSnapshot(nn.Module network, bool hasAllBuffers = false) : IDisposable
{
    private Dictionary<string, Tensor>? _copy;

    /// <summary>The number of bytes that a network's copy takes when it is written.</summary>
    public static long Length(nn.Module network) => sizeof(bool) + NamedTensors.Length(network.state_dict());

    /// <summary>Whether there is a copy.</summary>
    public bool IsTaken => _copy is not null;

    /// <summary>Copies the weights that the network has now, over those copied before.</summary>
    public void Take()
    {
        using var noGrad = no_grad();
        var copy = Copy();
        foreach (var (name, value) in State())
        {
            copy[name].copy_(value);
        }
    }

    /// <summary>Gives the network the copied weights back; without a copy it keeps its own.</summary>
    public void Restore()
    {
        if (_copy is null)
        {
            return;
        }

        using var noGrad = no_grad();
        foreach (var (name, value) in State())
        {
            value.copy_(_copy[name]);
        }
    }

    /// <summary>Writes whether there is a copy, and the copy.</summary>
    public void Write(BinaryWriter writer)
    {
        writer.Write(_copy is not null);
        if (_copy is not null)
        {
            NamedTensors.Write(writer, _copy);
        }
    }

    /// <summary>Takes on the copy that was written, or none.</summary>
    public void Read(BinaryReader reader)
    {
        if (reader.ReadBoolean())
        {
            NamedTensors.Read(reader, Copy());
        }
        else
        {
            Dispose();
        }
    }

    public void Dispose()
    {
        foreach (var tensor in _copy?.Values ?? Enumerable.Empty<Tensor>())
        {
            tensor.Dispose();
        }

        _copy = null;
    }

    private Dictionary<string, Tensor> Copy() =>
        _copy ??= State().ToDictionary(entry => entry.Key, entry => entry.Value.detach().clone().DetachFromDisposeScope());

    private Dictionary<string, Tensor> State()
    {
        var state = network.state_dict();
        foreach (var (name, buffer) in hasAllBuffers ? HiddenBuffers.Of(network) : [])
        {
            state.TryAdd(name, buffer);
        }

        return state;
    }
}
