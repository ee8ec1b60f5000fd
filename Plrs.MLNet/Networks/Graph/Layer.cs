using Plrs.MLNet.Common;

namespace Plrs.MLNet.Networks;

/// <summary>
/// A layer of a network that is being described. Its methods add the layer that comes after it: see <see cref="NetworkDefinition"/>. Names
/// are those of the weights in files: a convolution called <c>conv1</c> has the weight <c>conv1.weight</c>.
/// </summary>
/// <remarks>Wrong shapes and names used twice are an <see cref="ArgumentException"/> that names the layer.</remarks>
public sealed class Layer
{
    internal Layer(GraphBuilder builder, int number, string group, LayerShape shape)
    {
        Builder = builder;
        Number = number;
        Group = group;
        Shape = shape;
    }

    /// <summary>The shape of the layer's result for one image.</summary>
    public LayerShape Shape { get; }

    /// <summary>The group of layers that it belongs to; the layers after it do too, until <see cref="InGroup"/> begins another.</summary>
    public string Group { get; }

    internal GraphBuilder Builder { get; }

    internal int Number { get; }

    /// <summary>
    /// The same layer; those after it belong to another group. Groups are what fine-tuning unfreezes or slows down together.
    /// </summary>
    /// <param name="name">The name of the group.</param>
    /// <returns>The layer.</returns>
    public Layer InGroup(string name) => new(Builder, Number, name, Shape);

    /// <summary>A two-dimensional convolution with a square kernel.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="channels">The number of output channels, at least 1.</param>
    /// <param name="kernel">The width and height of the kernel in pixels, at least 1.</param>
    /// <param name="stride">The step of the kernel in pixels, at least 1.</param>
    /// <param name="padding">
    /// The rows and columns of zeros on each side, at least 0; <see langword="null"/> for half the kernel, rounded down.
    /// </param>
    /// <param name="groups">The number of groups of channels that are convolved apart, at least 1.</param>
    /// <param name="bias">Whether there is a bias; one before a batch norm would do nothing.</param>
    /// <returns>The convolution.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is not in its range.</exception>
    public Layer Convolution(
        string name, int channels, int kernel, int stride = 1, int? padding = null, int groups = 1, bool bias = false) => Then(
        name,
        new Operation.Convolution(
            ArgumentChecks.AtLeast(1, channels),
            ArgumentChecks.AtLeast(1, kernel),
            ArgumentChecks.AtLeast(1, stride),
            ArgumentChecks.AtLeast(0, padding ?? kernel / 2, nameof(padding)),
            ArgumentChecks.AtLeast(1, groups),
            bias));

    /// <summary>Batch normalisation (Ioffe and Szegedy 2015) of each channel.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="epsilon">Added to the variance, above 0.</param>
    /// <param name="momentum">The weight of a batch in the running statistics, above 0.</param>
    /// <returns>The batch norm.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is not in its range.</exception>
    public Layer BatchNorm(string name, double epsilon = 1e-5, double momentum = 0.1) =>
        Then(name, new Operation.BatchNorm(ArgumentChecks.Positive(epsilon), ArgumentChecks.Positive(momentum)));

    /// <summary>The rectifier: negative values become 0.</summary>
    /// <returns>The rectified layer.</returns>
    public Layer Relu() => Activate(ActivationKind.Relu);

    /// <summary>The rectifier that ends at 6.</summary>
    /// <returns>The layer, with values from 0 to 6.</returns>
    public Layer Relu6() => Activate(ActivationKind.Relu6);

    /// <summary>Each value times its sigmoid, also called swish.</summary>
    /// <returns>The layer.</returns>
    public Layer Silu() => Activate(ActivationKind.Silu);

    /// <summary>Each value x times (x + 3) / 6, where the factor is from 0 to 1 (Howard et al. 2019).</summary>
    /// <returns>The layer.</returns>
    public Layer HardSwish() => Activate(ActivationKind.HardSwish);

    /// <summary>(x + 3) / 6 of each value x, from 0 to 1.</summary>
    /// <returns>The layer.</returns>
    public Layer HardSigmoid() => Activate(ActivationKind.HardSigmoid);

    /// <summary>The sigmoid of each value.</summary>
    /// <returns>The layer, with values from 0 to 1.</returns>
    public Layer Sigmoid() => Activate(ActivationKind.Sigmoid);

    /// <summary>
    /// Dropout (Srivastava et al. 2014): while training, values become zero at random, and the others grow so that the mean stays.
    /// </summary>
    /// <param name="rate">The share of values that become zero, at least 0 and less than 1.</param>
    /// <returns>The layer.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="rate"/> is not in its range.</exception>
    public Layer Dropout(double rate) => Drop(rate, isOfImages: false);

    /// <summary>Stochastic depth (Huang et al. 2016): while training, all values of an image become zero together, at random.</summary>
    /// <param name="rate">The share of images for which they do, at least 0 and less than 1.</param>
    /// <returns>The layer.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="rate"/> is not in its range.</exception>
    public Layer StochasticDepth(double rate) => Drop(rate, isOfImages: true);

    /// <summary>The largest value of each square window.</summary>
    /// <param name="kernel">The width and height of the window in pixels, at least 1.</param>
    /// <param name="stride">The step of the window in pixels, at least 1.</param>
    /// <param name="padding">The rows and columns on each side that count as smallest, at least 0 and at most half the kernel.</param>
    /// <returns>The pooled layer.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is not in its range.</exception>
    public Layer MaxPool(int kernel, int stride, int padding = 0) => Then(
        null,
        new Operation.MaxPool(ArgumentChecks.AtLeast(1, kernel), ArgumentChecks.AtLeast(1, stride), ArgumentChecks.AtLeast(0, padding)));

    /// <summary>The mean of each square window.</summary>
    /// <param name="kernel">The width and height of the window in pixels, at least 1.</param>
    /// <param name="stride">The step of the window in pixels, at least 1.</param>
    /// <returns>The pooled layer.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is not in its range.</exception>
    public Layer AveragePool(int kernel, int stride) =>
        Then(null, new Operation.AveragePool(ArgumentChecks.AtLeast(1, kernel), ArgumentChecks.AtLeast(1, stride)));

    /// <summary>
    /// Brings each plane to a size by the means of windows that together are the whole plane: they overlap where they do not divide it, and
    /// repeat its pixels where it is smaller. PyTorch calls it adaptive average pooling.
    /// </summary>
    /// <param name="size">The width and height of the result in pixels, at least 1.</param>
    /// <returns>The pooled layer; the same layer where its planes have that size.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="size"/> is less than 1.</exception>
    public Layer AdaptiveAveragePool(int size) =>
        ArgumentChecks.AtLeast(1, size) == Shape.Height && size == Shape.Width && !Shape.IsVector ? this
        : Then(null, size == 1 ? new Operation.GlobalAveragePool(KeepsPlanes: true) : new Operation.AdaptiveAveragePool(size));

    /// <summary>The mean of each channel, in float32: a vector.</summary>
    /// <returns>The vector.</returns>
    public Layer GlobalAveragePool() => Then(null, new Operation.GlobalAveragePool(KeepsPlanes: false));

    /// <summary>Each channel times one value of its own.</summary>
    /// <param name="pixels">A layer with a plane of one pixel for each of this layer's channels.</param>
    /// <returns>The layer.</returns>
    public Layer ScaleBy(Layer pixels)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        return Builder.Add(null, new Operation.Scale(), Group, this, pixels);
    }

    /// <summary>Every so many-th row and column, from the first.</summary>
    /// <param name="stride">The distance between those that are kept, at least 1.</param>
    /// <returns>The smaller layer.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is not in its range.</exception>
    public Layer Subsample(int stride) => Then(null, new Operation.Subsample(ArgumentChecks.AtLeast(1, stride)));

    /// <summary>Adds channels of zeros.</summary>
    /// <param name="before">How many come before the channels that are there, at least 0.</param>
    /// <param name="after">How many come after them, at least 0.</param>
    /// <returns>The layer with more channels.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is not in its range.</exception>
    public Layer PadChannels(int before, int after) =>
        Then(null, new Operation.PadChannels(ArgumentChecks.AtLeast(0, before), ArgumentChecks.AtLeast(0, after)));

    /// <summary>The sum with another layer of the same shape.</summary>
    /// <param name="other">The other layer.</param>
    /// <returns>The sum.</returns>
    public Layer Add(Layer other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Builder.Add(null, new Operation.Add(), Group, this, other);
    }

    /// <summary>This layer's channels, then those of others.</summary>
    /// <param name="others">The others, with planes of the same size.</param>
    /// <returns>The layer with all channels.</returns>
    public Layer Concat(params ReadOnlySpan<Layer> others) => Builder.Add(null, new Operation.Concat(), Group, [this, .. others]);

    /// <summary>All values one after the other, channel by channel, row by row: a vector.</summary>
    /// <returns>The vector.</returns>
    public Layer Flatten() => Then(null, new Operation.Flatten());

    /// <summary>A linear layer with bias on a vector, in float32.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="length">The length of its result, at least 1.</param>
    /// <returns>The vector.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is not in its range.</exception>
    public Layer Linear(string name, int length) => Then(name, new Operation.Linear(ArgumentChecks.AtLeast(1, length)));

    private Layer Activate(ActivationKind kind) => Then(null, new Operation.Activation(kind));

    // A share of none is no operation at all.
    private Layer Drop(double rate, bool isOfImages) =>
        ArgumentChecks.Share(rate) == 0 ? this : Then(null, new Operation.Dropout(rate, isOfImages));

    private Layer Then(string? name, Operation operation) => Builder.Add(name, operation, Group, this);
}
