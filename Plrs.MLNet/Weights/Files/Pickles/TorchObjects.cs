namespace Plrs.MLNet.Weights;

/// <summary>A row of values that tensors are views of.</summary>
/// <param name="Key">Its name in the file.</param>
/// <param name="Type">The type of the values.</param>
/// <param name="Count">Their number.</param>
internal sealed record TorchStorage(string Key, ElementType Type, long Count);

/// <summary>A part of a storage.</summary>
/// <param name="Storage">The storage.</param>
/// <param name="Offset">The place of the part's first value.</param>
/// <param name="Count">The number of its values.</param>
internal sealed record TorchStorageView(TorchStorage Storage, long Offset, long Count);

/// <summary>A tensor as a pickle describes it.</summary>
/// <param name="Storage">What it is a view of.</param>
/// <param name="Offset">The place of its first value.</param>
/// <param name="Layout">The places of the others.</param>
internal sealed record TorchTensor(TorchStorage Storage, long Offset, TensorLayout Layout);

/// <summary>
/// What the names in files of PyTorch stand for: tensors, the types of their values and ordered dictionaries. Any other name is refused,
/// and none is ever looked up or called.
/// </summary>
internal sealed class TorchObjects : IPickleObjects
{
    private const string Library = "torch.";
    private const long MostValues = 1L << 48;
    private readonly Dictionary<string, TorchStorage> _storages = new(StringComparer.Ordinal);

    private enum Function
    {
        OrderedDictionary,
        Size,
        Tensor,
        Parameter,
    }

    /// <summary>The storages by their keys.</summary>
    public IReadOnlyDictionary<string, TorchStorage> Storages => _storages;

    /// <inheritdoc/>
    public object Global(string name) => name switch
    {
        "collections.OrderedDict" => Function.OrderedDictionary,
        "torch.Size" => Function.Size,
        "torch._utils._rebuild_tensor" or "torch._utils._rebuild_tensor_v2" => Function.Tensor,
        "torch._utils._rebuild_parameter" or "torch._utils._rebuild_parameter_with_state" => Function.Parameter,
        _ => ElementTypeOf(name) ?? throw new FormatException(
            $"it names '{name}', which is not loaded: only tensors, dictionaries, lists, tuples, numbers and texts are. " +
            "Save those alone, with torch.save(model.state_dict(), path)"),
    };

    /// <inheritdoc/>
    public object Reduce(object? global, object?[] arguments, MemoryAllowance allowance) => (global, arguments) switch
    {
        (Function.OrderedDictionary, []) => new PickleDictionary(),
        (Function.OrderedDictionary, [PickleList pairs]) => Dictionary(pairs, allowance),
        (Function.Size, [PickleTuple lengths]) => lengths,
        (Function.Tensor, [TorchStorageView storage, long offset, PickleTuple shape, PickleTuple strides, ..]) =>
            Tensor(storage, offset, shape, strides, allowance),
        (Function.Parameter, [TorchTensor tensor, ..]) => tensor,
        _ => throw Damaged("it makes something of values that it cannot be made of"),
    };

    /// <inheritdoc/>
    public object Persistent(object? id)
    {
        if (id is not PickleTuple { Items: ["storage", ElementType type, string key, _, long count, .. var rest] }
            || count is < 0 or > MostValues)
        {
            throw Damaged("it refers to something that is no storage of values");
        }

        if (!_storages.TryGetValue(key, out var storage))
        {
            _storages.Add(key, storage = new TorchStorage(key, type, count));
        }

        if (storage.Type != type || storage.Count != count)
        {
            throw Damaged($"it describes its storage '{key}' in two ways");
        }

        return rest switch
        {
            [] or [null] => new TorchStorageView(storage, 0, count),

            // Older files: a storage that is a part of another one.
            [PickleTuple { Items: [_, long offset, long length] }] when offset >= 0 && length >= 0 && offset <= count - length =>
                new TorchStorageView(storage, offset, length),
            _ => throw Damaged($"it describes a part of its storage '{key}' that is none"),
        };
    }

    private static ElementType? ElementTypeOf(string name)
    {
        if (!name.StartsWith(Library, StringComparison.Ordinal))
        {
            return null;
        }

        // Storages of a GPU are read like others.
        var type = name[Library.Length..];
        return ElementType.OfTorch(type)
            ?? ElementType.OfTorchStorage(type.StartsWith("cuda.", StringComparison.Ordinal) ? type["cuda.".Length..] : type);
    }

    private static PickleDictionary Dictionary(PickleList pairs, MemoryAllowance allowance)
    {
        // An item that is added later doubles its place.
        allowance.Take(3L * PickleDictionary.ItemBytes * pairs.Items.Count);
        var dictionary = new PickleDictionary();
        dictionary.Items.EnsureCapacity(pairs.Items.Count);
        foreach (var pair in pairs.Items)
        {
            dictionary.Items.Add(pair switch
            {
                PickleTuple { Items: [var key, var value] } => new(key, value),
                PickleList { Items: [var key, var value] } => new(key, value),
                _ => throw Damaged("it makes a dictionary of what are no pairs"),
            });
        }

        return dictionary;
    }

    private static TorchTensor Tensor(
        TorchStorageView storage, long offset, PickleTuple shape, PickleTuple strides, MemoryAllowance allowance)
    {
        TensorLayout.CheckDimensions(Math.Max(shape.Items.Length, strides.Items.Length));
        allowance.Take(TensorLayout.Bytes(shape.Items.Length));
        var layout = new TensorLayout(Numbers(shape), Numbers(strides));
        return offset >= 0 && offset <= storage.Count - layout.Span
            ? new TorchTensor(storage.Storage, storage.Offset + offset, layout)
            : throw new FormatException(
                $"it has a tensor of shape [{string.Join(", ", layout.Shape)}] " +
                $"that reaches from place {offset} over {layout.Span} values of a storage of {storage.Count}");
    }

    private static long[] Numbers(PickleTuple tuple) =>
        [.. tuple.Items.Select(item => item is long number ? number : throw Damaged("it has a shape that is not of whole numbers"))];

    private static FormatException Damaged(string what) => new($"its pickle cannot be read: {what}");
}
