namespace Plrs.MLNet.Networks;

/// <summary>The arguments of a network, each a number with a name.</summary>
public sealed class NetworkArguments
{
    internal NetworkArguments(IEnumerable<(string Name, double Value)> values)
    {
        var sorted = new SortedDictionary<string, double>(StringComparer.Ordinal);
        foreach (var (name, value) in values)
        {
            sorted.Add(name, value);
        }

        Values = sorted;
    }

    /// <summary>The values by their names, in the order of the names.</summary>
    public IReadOnlyDictionary<string, double> Values { get; }

    /// <summary>An argument's value.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The value.</returns>
    /// <exception cref="FormatException">There is no argument of that name.</exception>
    public double Number(string name) => Values.TryGetValue(name, out var value)
        ? value
        : throw new FormatException($"the argument '{name}' is missing");

    /// <summary>An argument's value, which is a whole number.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The value.</returns>
    /// <exception cref="FormatException">There is no argument of that name, or it is no whole number.</exception>
    public int WholeNumber(string name)
    {
        var value = Number(name);
        return value == (int)value
            ? (int)value
            : throw new FormatException(FormattableString.Invariant($"the argument '{name}' is {value}, which is no whole number"));
    }

    /// <summary>An argument's value, which is 0 or 1.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>Whether it is 1.</returns>
    /// <exception cref="FormatException">There is no argument of that name, or it is neither 0 nor 1.</exception>
    public bool Flag(string name)
    {
        var value = Number(name);
        return value is 0 or 1
            ? value == 1
            : throw new FormatException(FormattableString.Invariant($"the argument '{name}' is {value}, which is neither 0 nor 1"));
    }
}
