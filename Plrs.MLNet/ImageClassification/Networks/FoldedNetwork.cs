using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Plrs.MLNet.ImageClassification.Networks;

/// <summary>
/// A network for scoring alone, on the CPU: its convolutions do what the normalisations after them did. Input and output are those of
/// an <see cref="ImageNetwork"/>.
/// </summary>
internal sealed class FoldedNetwork : nn.Module<Tensor, Tensor>
{
    /// <param name="function">The function of <see cref="FoldedNetworkScript"/> that computes the network.</param>
    /// <param name="layers">The layers' weights and biases, in order.</param>
    public FoldedNetwork(string function, IReadOnlyList<(Tensor Weight, Tensor Bias)> layers)
        : base(function)
    {
        Weights = [.. layers.Select((layer, i) => Register($"weight{i}", layer.Weight))];
        Biases = [.. layers.Select((layer, i) => Register($"bias{i}", layer.Bias))];
        eval();
    }

    /// <summary>The layers' weights, in order.</summary>
    public Parameter[] Weights { get; }

    /// <summary>The layers' biases, in order.</summary>
    public Parameter[] Biases { get; }

    public override Tensor forward(Tensor input) => FoldedNetworkScript.Run(GetName(), input, Weights, Biases);

    private Parameter Register(string name, Tensor value)
    {
        var parameter = nn.Parameter(value, requires_grad: false);
        register_parameter(name, parameter);

        // A model outlives the scope in which it first scores.
        parameter.DetachFromDisposeScope();
        return parameter;
    }
}
