using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Plrs.MLNet.Torch;

/// <summary>
/// A network's parameters moved into one tensor, and their gradients into another; the network's own become views of them. An
/// optimizer then updates one parameter instead of hundreds: the same arithmetic in a few operations a step.
/// </summary>
internal sealed class FlatParameters : IDisposable
{
    private readonly Parameter[] _parts;
    private readonly Tensor _gradient;

    /// <summary>Moves the parameters, which must be of one type and on one device. Their values stay as they are.</summary>
    public FlatParameters(nn.Module network)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        _parts = [.. network.parameters()];
        var values = cat([.. _parts.Select(part => part.flatten())]);
        _gradient = zeros_like(values).DetachFromDisposeScope();
        var start = 0L;
        foreach (var part in _parts)
        {
            var length = part.numel();
            var shape = part.shape;
            part.set_(values.narrow(0, start, length).view(shape));
            part.grad = _gradient.narrow(0, start, length).view(shape);
            start += length;
        }

        All = nn.Parameter(values);
        All.DetachFromDisposeScope();
        All.grad = _gradient;
    }

    /// <summary>All parameters, one after the other.</summary>
    public Parameter All { get; }

    /// <summary>Frees the gradients. The network's parameters keep the memory that they share.</summary>
    public void Dispose()
    {
        foreach (var part in _parts)
        {
            part.grad = null;
        }

        _gradient.Dispose();
        All.Dispose();
    }
}
