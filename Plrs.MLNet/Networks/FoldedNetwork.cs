using static TorchSharp.torch;

namespace Plrs.MLNet.Networks;

/// <summary>
/// A network for scoring alone, on the CPU: its convolutions do what the normalisations after them did. Input and output are those of
/// an <see cref="ImageNetwork"/>.
/// </summary>
internal sealed class FoldedNetwork : IDisposable
{
    private readonly string _function;
    private readonly jit.ScriptModule _script;
    private readonly Tensor[] _weights;
    private readonly Tensor[] _biases;

    /// <param name="function">The method of <see cref="FoldedNetworkScript"/> that computes the network.</param>
    /// <param name="layers">The layers, in order; they are copied.</param>
    /// <param name="script">The script; <see langword="null"/> for the best one that this libtorch can run.</param>
    public FoldedNetwork(string function, IReadOnlyList<FoldedLayer> layers, jit.ScriptModule? script = null)
    {
        using var noGrad = no_grad();
        _function = function;
        _script = script ?? FoldedNetworkScript.Best;

        // A model outlives the scope in which it first scores.
        _weights = [.. layers.Select(layer => _script.invoke<Tensor>("pack", layer.Weight).DetachFromDisposeScope())];
        _biases = [.. layers.Select(layer => layer.Bias.clone().DetachFromDisposeScope())];
    }

    public Tensor Forward(Tensor images) => _script.invoke<Tensor>(_function, images, _weights, _biases);

    public void Dispose()
    {
        Array.ForEach(_weights, weight => weight.Dispose());
        Array.ForEach(_biases, bias => bias.Dispose());
    }
}
