using static TorchSharp.torch;

namespace Plrs.MLNet.Networks;

/// <summary>
/// The tensors of a user's module: its parameters and the buffers that it keeps, under the names that its <c>state_dict</c> gives them.
/// </summary>
internal sealed class ModuleLayout : INetworkLayout
{
    private readonly ModuleDefinition _definition;

    /// <exception cref="ArgumentException">A tensor is of a type that model files do not have, or there is none at all.</exception>
    public ModuleLayout(ModuleDefinition definition, nn.Module module)
    {
        _definition = definition;
        var parameters = module.named_parameters().Select(entry => entry.name).ToHashSet(StringComparer.Ordinal);
        Tensors = [.. module.state_dict().Select(entry => Describe(entry.Key, entry.Value, parameters.Contains(entry.Key)))];
        if (parameters.Count == 0)
        {
            throw new ArgumentException(
                $"The module of {definition} has no parameters to train: " +
                "layers become part of it by RegisterComponents() or register_module.");
        }

        // Its finalizer would dispose of the tensors.
        GC.KeepAlive(module);
    }

    public IReadOnlyList<NetworkTensor> Tensors { get; }

    public NetworkGraph Graph => throw _definition.HasNoGraph();

    private NetworkTensor Describe(string name, Tensor tensor, bool isParameter)
    {
        var role = (tensor.dtype, isParameter) switch
        {
            (ScalarType.Float32, true) => TensorRole.Weight,
            (ScalarType.Float32, false) => TensorRole.Buffer,
            (ScalarType.Int64, false) => TensorRole.BatchCount,
            _ => throw new ArgumentException(
                $"The module of {_definition} has the {(isParameter ? "parameter" : "buffer")} '{name}' of type {tensor.dtype}: " +
                "parameters must be float32, and buffers float32 or int64 (or not persistent)."),
        };
        using var scope = NewDisposeScope();
        return new NetworkTensor(name, [.. tensor.shape.Select(length => checked((int)length))], role, Group: _definition.Name)
        {
            MayBeInfinite = !tensor.requires_grad && role != TensorRole.BatchCount && !tensor.isfinite().all().item<bool>(),
        };
    }
}
