using Plrs.MLNet.Randomness;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Plrs.MLNet.Networks;

/// <summary>
/// The TorchSharp module of a graph, which trains: images of shape (batch, 3, height, width), normalised RGB, to float32 logits of shape
/// (batch, classes). It computes in the type of its input, float32 or bfloat16, up to the first vector; its weights are float32.
/// </summary>
internal sealed class GraphModule : nn.Module<Tensor, Tensor>, IRandomNetwork, INormedNetwork
{
    private readonly int _seed;
    private readonly Generator _random;
    private readonly Tensor[][] _tensors;
    private readonly bool[] _isInPlace;
    private readonly int[] _lastUse;

    /// <summary>Makes the module with weights that depend on <paramref name="seed"/> alone.</summary>
    public GraphModule(NetworkGraph graph, int seed)
        : base(nameof(GraphModule))
    {
        Graph = graph;
        _seed = seed;
        _random = new Generator((ulong)seed);
        _tensors = [.. graph.TensorsOf.Select(tensors => new Tensor[tensors.Count])];
        _isInPlace = [.. InPlace(graph)];
        _lastUse = LastUses(graph);
        Initialize(seed);
        Bind();
    }

    /// <summary>The network.</summary>
    public NetworkGraph Graph { get; }

    /// <summary>Whether the batch norms go by their running statistics while training, too, and leave them as they are.</summary>
    public bool FreezesBatchNorm { get; set; }

    /// <summary>The weight and the bias of the last linear layer.</summary>
    public (Tensor Weight, Tensor Bias) Head => (_tensors[Graph.Output][0], _tensors[Graph.Output][1]);

    /// <inheritdoc/>
    public double? NormMomentum { get; set; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input) => Compute(input, Graph.Output);

    /// <summary>
    /// What the head classifies by: images of shape (batch, 3, height, width) to float32 features of shape (batch, length).
    /// </summary>
    public Tensor Features(Tensor images) => Compute(images, Graph.Features);

    private Tensor Compute(Tensor input, int output)
    {
        // What backward needs, libtorch holds; a result is let go when the last node has taken it, unless that one made it its own.
        var results = new Tensor[output + 1];
        var isTraining = training;
        results[0] = TensorOperations.Arrange(input);
        for (var i = 1; i < results.Length; i++)
        {
            var node = Graph.Nodes[i];
            results[i] = node.Operation is Operation.BatchNorm norm
                ? TensorOperations.Normalize(norm, results[node.Inputs[0]], _tensors[i], isTraining && !FreezesBatchNorm, NormMomentum)
                : TensorOperations.Compute(node, results, _tensors[i], _isInPlace[i], isTraining, _random);
            foreach (var taken in node.Inputs)
            {
                if (_lastUse[taken] == i && !ReferenceEquals(results[taken], results[i]))
                {
                    results[taken].Dispose();
                }
            }
        }

        return results[output];
    }

    /// <inheritdoc/>
    public void BeginStep(long step) => _random.manual_seed(unchecked((long)Philox4x32.Bits(_seed, RandomStream.Dropout, step)));

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing)
        {
            _random.Dispose();
        }
    }

    /// <summary>Moving replaces the tensors.</summary>
    protected override void _toEpilog(ScalarType? dtype, Device? device, bool non_blocking)
    {
        base._toEpilog(dtype, device, non_blocking);
        Bind();
    }

    /// <summary>
    /// Weights from a generator of its own: torch's global one is shared by the whole process, so two trainings at once would disturb each
    /// other. They are Kaiming-normal (He et al. 2015), but in a network with batch norms the convolutions' are PyTorch's default, whose
    /// variance is a sixth. The norms take the scale out again, and to smaller weights the first steps are larger.
    /// </summary>
    private void Initialize(int seed)
    {
        var isNormed = Graph.Nodes.Any(node => node.Operation is Operation.BatchNorm);
        using var noGrad = no_grad();
        using var generator = new Generator((ulong)seed);
        foreach (var tensor in Graph.Tensors)
        {
            long[] shape = [.. tensor.Shape.Select(length => (long)length)];
            var values = tensor.Role switch
            {
                TensorRole.Weight when isNormed && tensor.IsKernel =>
                    empty(shape, ScalarType.Float32).uniform_(-1 / Math.Sqrt(tensor.FanIn), 1 / Math.Sqrt(tensor.FanIn), generator),
                TensorRole.Weight => empty(shape, ScalarType.Float32).normal_(0, Math.Sqrt(2.0 / tensor.FanIn), generator),
                TensorRole.NormWeight or TensorRole.RunningVariance => ones(shape, ScalarType.Float32),
                TensorRole.BatchCount => zeros(shape, ScalarType.Int64),
                _ => zeros(shape, ScalarType.Float32),
            };
            if (tensor.IsParameter)
            {
                var parameter = new Parameter(values);
                parameter.DetachFromDisposeScope();
                register_parameter(tensor.Name, parameter);
            }
            else
            {
                register_buffer(tensor.Name, values.DetachFromDisposeScope());
            }
        }
    }

    private void Bind()
    {
        for (var i = 0; i < _tensors.Length; i++)
        {
            for (var j = 0; j < _tensors[i].Length; j++)
            {
                var tensor = Graph.TensorsOf[i][j];
                _tensors[i][j] = tensor.IsParameter ? get_parameter(tensor.Name)! : get_buffer(tensor.Name)!;
            }
        }
    }

    /// <summary>
    /// Which nodes may overwrite their first input: nobody else takes it, and backward does not need it of the one that made it.
    /// </summary>
    private static IEnumerable<bool> InPlace(NetworkGraph graph)
    {
        var uses = graph.CountUses();
        return graph.Nodes.Select(node =>
            node.Operation is Operation.Activation { Kind: ActivationKind.Relu or ActivationKind.Relu6 } or Operation.Add
            && uses[node.Inputs[0]] == 1
            && graph.Nodes[node.Inputs[0]].Operation is Operation.Convolution or Operation.BatchNorm or Operation.Add);
    }

    private static int[] LastUses(NetworkGraph graph)
    {
        var last = new int[graph.Nodes.Count];
        for (var i = 0; i < last.Length; i++)
        {
            foreach (var input in graph.Nodes[i].Inputs)
            {
                last[input] = i;
            }
        }

        last[graph.Output] = int.MaxValue;
        return last;
    }
}
