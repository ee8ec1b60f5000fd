namespace Plrs.MLNet.Weights;

/// <summary>A tuple of a pickle.</summary>
internal sealed record PickleTuple(object?[] Items);

/// <summary>A list of a pickle, which may be in itself.</summary>
internal sealed class PickleList
{
    public List<object?> Items { get; } = [];
}

/// <summary>A dictionary of a pickle, in the order of its keys, which may be in itself.</summary>
internal sealed class PickleDictionary
{
    /// <summary>The bytes of an item.</summary>
    public const int ItemBytes = 16;

    public List<KeyValuePair<object?, object?>> Items { get; } = [];

    /// <summary>The value of a key; <see langword="null"/> without it.</summary>
    public object? this[string key] => Items.Find(item => item.Key as string == key).Value;
}

/// <summary>What a pickle cannot do by itself: the things that are named in it.</summary>
internal interface IPickleObjects
{
    /// <summary>What a name stands for; nothing is loaded by it.</summary>
    /// <exception cref="FormatException">It stands for nothing here.</exception>
    object Global(string name);

    /// <summary>
    /// What a call of a global makes. Its arguments may have been put away and given to many calls, so that what it makes of them is taken
    /// from the allowance, however few bytes of the file say it.
    /// </summary>
    /// <exception cref="FormatException">It cannot be called, or not with these arguments.</exception>
    object Reduce(object? global, object?[] arguments, MemoryAllowance allowance);

    /// <summary>What an id outside the pickle stands for.</summary>
    /// <exception cref="FormatException">It stands for nothing.</exception>
    object Persistent(object? id);
}
