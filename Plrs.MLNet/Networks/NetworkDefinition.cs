using System.Globalization;
using Plrs.MLNet.Networks;
using static TorchSharp.torch;

namespace Plrs.MLNet;

/// <summary>
/// A kind of network with its arguments: everything about it but its weights and the number of classes. It is what options take and what
/// model files and checkpoints name. <see cref="Network"/> has those that come with the library; a class that derives from this one adds
/// another, and <see cref="NetworkCatalog"/> makes it known by its name.
/// </summary>
/// <remarks>Two definitions with the same name and arguments are equal.</remarks>
/// <example>
/// <code>
/// internal sealed class TwoConvolutions(int width) : NetworkDefinition("TwoConvolutions", ("width", width))
/// {
///     protected override Layer DescribeFeatures(Layer images) => images
///         .InGroup("stem").Convolution("conv1", width, kernel: 3).BatchNorm("bn1").Relu()
///         .InGroup("body").Convolution("conv2", 2 * width, kernel: 3, stride: 2).BatchNorm("bn2").Relu()
///         .GlobalAveragePool();
/// }
/// </code>
/// </example>
public abstract class NetworkDefinition : IEquatable<NetworkDefinition>
{
    private protected const int ImageChannels = 3;

    /// <summary>Describes a network of a kind.</summary>
    /// <param name="name">The name of the kind, by which files know it.</param>
    /// <param name="arguments">Its arguments, such as the depth, each with its name.</param>
    /// <exception cref="ArgumentException"><paramref name="name"/> is empty, or an argument is given twice.</exception>
    protected NetworkDefinition(string name, params ReadOnlySpan<(string Name, double Value)> arguments)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        Name = name;
        Arguments = new NetworkArguments(arguments.ToArray());
    }

    /// <summary>The name of the kind of network, by which files know it.</summary>
    public string Name { get; }

    /// <summary>What tells it from others of its kind.</summary>
    public NetworkArguments Arguments { get; }

    /// <summary>
    /// The width and height of the images, in pixels, that the network is made for; the trainer's default. 32 unless a kind says otherwise.
    /// </summary>
    public virtual int ImageSize => 32;

    /// <summary>
    /// What the colours of its images are normalised with. <see langword="null"/>, unless a kind says otherwise, for what is measured on
    /// the images that it is trained on.
    /// </summary>
    public virtual ImageNormalization? Normalization => null;

    /// <summary>
    /// The name of the last linear layer, which makes one value a class of the features. <c>linear</c> unless a kind says otherwise.
    /// </summary>
    protected virtual string HeadName => "linear";

    /// <summary>The number of values that training changes.</summary>
    /// <param name="classCount">The number of classes, at least 1.</param>
    /// <returns>The number of parameters.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="classCount"/> is less than 1.</exception>
    public long CountParameters(int classCount) =>
        DescribeLayout(classCount, ImageSize).Tensors.Where(tensor => tensor.IsParameter).Sum(tensor => tensor.Count);

    /// <inheritdoc/>
    public bool Equals(NetworkDefinition? other) =>
        other is not null && Name == other.Name && Arguments.Values.SequenceEqual(other.Arguments.Values);

    /// <inheritdoc/>
    public sealed override bool Equals(object? obj) => Equals(obj as NetworkDefinition);

    /// <inheritdoc/>
    public sealed override int GetHashCode() =>
        Arguments.Values.Aggregate(Name.GetHashCode(StringComparison.Ordinal), (hash, argument) => HashCode.Combine(hash, argument));

    /// <summary>The name and the arguments, for example <c>CifarResNet(depth: 20)</c>.</summary>
    /// <returns>The definition in words, in the invariant culture.</returns>
    public sealed override string ToString()
    {
        var words = Arguments.Values
            .Select(argument => string.Create(CultureInfo.InvariantCulture, $"{argument.Key}: {argument.Value}"));
        return $"{Name}({string.Join(", ", words)})";
    }

    /// <summary>Describes the backbone: the network up to the features that the head classifies by.</summary>
    /// <param name="images">The images: three channels, red, green and blue, normalised.</param>
    /// <returns>The features, a vector.</returns>
    protected abstract Layer DescribeFeatures(Layer images);

    /// <summary>The network for a number of classes and images of a size.</summary>
    /// <exception cref="ArgumentException">The images are too small for it.</exception>
    internal NetworkGraph CreateGraph(int classCount, int imageSize)
    {
        var builder = new GraphBuilder();
        var images = builder.Add("images", new Operation.Input(new LayerShape(ImageChannels, imageSize, imageSize)), "images");
        var features = DescribeFeatures(images);
        return builder.Build(features, features.InGroup(NetworkGraph.HeadGroup).Linear(HeadName, classCount));
    }

    /// <summary>The tensors of the network for a number of classes and images of a size.</summary>
    /// <exception cref="ArgumentException">The images are too small for it, or its tensors cannot be saved.</exception>
    internal INetworkLayout CreateLayout(int classCount, int imageSize) => Savable(DescribeLayout(classCount, imageSize));

    /// <inheritdoc cref="CreateLayout"/>
    private protected virtual INetworkLayout DescribeLayout(int classCount, int imageSize) => CreateGraph(classCount, imageSize);

    /// <summary>The module that trains, with initial weights that depend on a seed alone.</summary>
    internal virtual nn.Module<Tensor, Tensor> CreateTrainable(int classCount, int imageSize, int seed) =>
        new GraphModule(CreateLayout(classCount, imageSize).Graph, seed);

    /// <summary>Refuses a tensor that is more than an array can hold, before it is trained or read.</summary>
    private protected static INetworkLayout Savable(INetworkLayout layout) =>
        layout.Tensors.FirstOrDefault(tensor => tensor.IsTooLarge) is { } large
            ? throw new ArgumentException(
                $"'{large.Name}', of shape {string.Join('×', large.Shape)}, has more than the {Array.MaxLength} bytes that can be saved.")
            : layout;
}
