using System.Collections.Concurrent;

namespace Plrs.MLNet.Networks;

/// <summary>
/// The kinds of networks by the names that model files and checkpoints have. Those of the library are in it; a kind of one's own is
/// registered once, at the start of each program that trains or loads it.
/// </summary>
/// <example>
/// <code>
/// NetworkCatalog.Register("TwoConvolutions", arguments => new TwoConvolutions(arguments.WholeNumber("width")));
/// </code>
/// </example>
public static class NetworkCatalog
{
    private static readonly ConcurrentDictionary<string, Func<NetworkArguments, NetworkDefinition>> Kinds = new(StringComparer.Ordinal)
    {
        [CifarResNet.Kind] = arguments => new CifarResNet(arguments.WholeNumber("depth")),
        [WideResNet.Kind] = WideResNet.Create,
        [DenseNet.Kind] = DenseNet.Create,
        [ResNet.Kind] = ResNet.Create,
        [Vgg.Kind] = Vgg.Create,
        [DenseNetBC.Kind] = DenseNetBC.Create,
        [MobileNetV2.Kind] = MobileNetV2.Create,
        [MobileNetV3.Kind] = MobileNetV3.Create,
        [EfficientNet.Kind] = EfficientNet.Create,
    };

    /// <summary>The names of all kinds, in order.</summary>
    public static IReadOnlyList<string> Names => [.. Kinds.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Makes a kind of network known by its name, or replaces the one of that name.</summary>
    /// <param name="name">The name, which is that of the definitions that <paramref name="create"/> makes.</param>
    /// <param name="create">
    /// Makes a network of that kind from its arguments. It may throw <see cref="ArgumentException"/> or <see cref="FormatException"/> for
    /// arguments that it does not allow.
    /// </param>
    /// <exception cref="ArgumentException"><paramref name="name"/> is empty.</exception>
    public static void Register(string name, Func<NetworkArguments, NetworkDefinition> create)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(create);
        Kinds[name] = create;
    }

    /// <summary>Makes the network that a file names.</summary>
    /// <exception cref="FormatException">There is no such kind, or it does not allow the arguments.</exception>
    internal static NetworkDefinition Create(string name, NetworkArguments arguments)
    {
        if (!Kinds.TryGetValue(name, out var create))
        {
            throw new FormatException(
                $"its network is a '{name}', which is none of {string.Join(", ", Names)}; " +
                $"make a network of your own known with {nameof(NetworkCatalog)}.{nameof(Register)}");
        }

        try
        {
            return create(arguments);
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            throw new FormatException($"its network is a '{name}' that cannot be made: {e.Message}", e);
        }
    }
}
