using static TorchSharp.torch;

namespace Plrs.MLNet.ImageClassification.Networks;

/// <summary>
/// A network for scoring alone, on the CPU: its convolutions do what the normalisations after them did. Input and output are those of
/// an <see cref="ImageNetwork"/>.
/// </summary>
internal sealed class FoldedNetwork : nn.Module<Tensor, Tensor>
{
    private readonly string _function;
    private readonly jit.ScriptModule _script;
    private readonly Tensor[] _weights;
    private readonly Tensor[] _biases;

    /// <param name="function">The method of <see cref="FoldedNetworkScript"/> that computes the network.</param>
    /// <param name="layers">The layers, in order; they are copied.</param>
    /// <param name="script">The script; <see langword="null"/> for the best one that this libtorch can run.</param>
    public FoldedNetwork(string function, IEnumerable<FoldedLayer> layers, jit.ScriptModule? script = null)
        : base(function)
    {
        using var noGrad = no_grad();
        _function = function;
        _script = script ?? FoldedNetworkScript.Best;

        // A model outlives the scope in which it first scores.
        _weights = [.. layers.Select(layer => _script.invoke<Tensor>("pack", layer.Weight, layer.Stride).DetachFromDisposeScope())];
        _biases = [.. layers.Select(layer => layer.Bias.clone().DetachFromDisposeScope())];
    }

    public override Tensor forward(Tensor input) => _script.invoke<Tensor>(_function, input, _weights, _biases);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Array.ForEach(_weights, weight => weight.Dispose());
            Array.ForEach(_biases, bias => bias.Dispose());
        }

        base.Dispose(disposing);
    }
}
