namespace Plrs.MLNet.Networks;

/// <summary>The networks that come with the library, ready to be chosen. Parameter counts are with 10 classes.</summary>
public static class Network
{
    /// <summary>ResNet-20 for small images, 269,722 parameters (He et al. 2016, section 4.2, option A shortcuts).</summary>
    public static NetworkDefinition ResNet20 { get; } = new CifarResNet(depth: 20);

    /// <summary>ResNet-32 for small images, 0.46 million parameters (He et al. 2016, section 4.2, option A shortcuts).</summary>
    public static NetworkDefinition ResNet32 { get; } = new CifarResNet(depth: 32);

    /// <summary>ResNet-44 for small images, 0.66 million parameters (He et al. 2016, section 4.2, option A shortcuts).</summary>
    public static NetworkDefinition ResNet44 { get; } = new CifarResNet(depth: 44);

    /// <summary>ResNet-56 for small images, 0.85 million parameters (He et al. 2016, section 4.2, option A shortcuts).</summary>
    public static NetworkDefinition ResNet56 { get; } = new CifarResNet(depth: 56);

    /// <summary>ResNet-110 for small images, 1.73 million parameters (He et al. 2016, section 4.2, option A shortcuts).</summary>
    public static NetworkDefinition ResNet110 { get; } = new CifarResNet(depth: 110);

    /// <summary>All of them by their names here, for command lines and settings; the case of a name does not matter.</summary>
    public static IReadOnlyDictionary<string, NetworkDefinition> Known { get; } = new Dictionary<string, NetworkDefinition>(StringComparer.OrdinalIgnoreCase)
    {
        [nameof(ResNet20)] = ResNet20,
        [nameof(ResNet32)] = ResNet32,
        [nameof(ResNet44)] = ResNet44,
        [nameof(ResNet56)] = ResNet56,
        [nameof(ResNet110)] = ResNet110,
    };
}
