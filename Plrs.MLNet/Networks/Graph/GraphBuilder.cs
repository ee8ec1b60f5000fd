namespace Plrs.MLNet.Networks;

/// <summary>Collects the nodes of a graph while a definition describes it.</summary>
internal sealed class GraphBuilder
{
    private readonly List<GraphNode> _nodes = [];
    private readonly HashSet<string> _names = [];

    /// <summary>Adds a node.</summary>
    /// <param name="name">Its name; a node without tensors may leave it out.</param>
    /// <param name="operation">What it computes.</param>
    /// <param name="group">The group of layers that it belongs to.</param>
    /// <param name="inputs">What it takes.</param>
    /// <exception cref="ArgumentException">There is a node of that name, or the inputs' shapes do not fit.</exception>
    public Layer Add(string? name, Operation operation, string group, params ReadOnlySpan<Layer> inputs)
    {
        var numbers = new int[inputs.Length];
        for (var i = 0; i < inputs.Length; i++)
        {
            numbers[i] = inputs[i].Builder == this
                ? inputs[i].Number
                : throw new ArgumentException("The layers belong to different networks.", nameof(inputs));
        }

        name ??= FormattableString.Invariant($"{operation.GetType().Name}{_nodes.Count}");
        if (!_names.Add(name))
        {
            throw new ArgumentException($"There are two layers with the name '{name}'.", nameof(name));
        }

        try
        {
            _nodes.Add(
                new GraphNode(name, operation, numbers, operation.Shape([.. numbers.Select(number => _nodes[number].Shape)]), group));
        }
        catch (ArgumentException e)
        {
            throw new ArgumentException($"The layer '{name}' does not fit: {e.Message}.", e);
        }

        return new Layer(this, _nodes.Count - 1, group, _nodes[^1].Shape);
    }

    public NetworkGraph Build(Layer features, Layer output) => new(_nodes, features.Number, output.Number);
}
