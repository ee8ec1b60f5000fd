namespace Plrs.MLNet.Networks;

/// <summary>The functions that an <see cref="Operation.Activation"/> applies to each value.</summary>
internal enum ActivationKind
{
    Relu,

    /// <summary>From 0 to 6.</summary>
    Relu6,

    /// <summary>x times its sigmoid, also called swish.</summary>
    Silu,

    /// <summary>x times <see cref="HardSigmoid"/> of it (Howard et al. 2019).</summary>
    HardSwish,

    /// <summary>(x + 3) / 6, from 0 to 1.</summary>
    HardSigmoid,

    Sigmoid,
}

/// <summary>What a node of a <see cref="NetworkGraph"/> computes. It is data alone: how, its readers know.</summary>
internal abstract record Operation
{
    /// <summary>The shape of the result.</summary>
    /// <exception cref="ArgumentException">The inputs' shapes do not fit; the message says why.</exception>
    public abstract LayerShape Shape(IReadOnlyList<LayerShape> inputs);

    /// <summary>The last part of the name, the shape and the role of each tensor that a node with this operation keeps.</summary>
    public virtual IEnumerable<(string Name, int[] Shape, TensorRole Role)> Tensors(LayerShape input) => [];

    private protected static LayerShape Image(LayerShape shape) =>
        shape.IsVector ? throw new ArgumentException($"an image is needed, but the input is a vector of {shape.Channels} values") : shape;

    private protected static LayerShape Vector(LayerShape shape) =>
        shape.IsVector ? shape : throw new ArgumentException($"a vector is needed, but the input is {shape}; flatten it or pool it first");

    private protected static int Slide(int length, int kernel, int stride, int padding)
    {
        var places = ((length + (2 * padding) - kernel) / stride) + 1;
        return length + (2 * padding) >= kernel
            ? places
            : throw new ArgumentException(
                $"a window of {kernel} does not fit into {length} pixels with a padding of {padding}; " +
                "the image is too small for this network");
    }

    /// <summary>The images.</summary>
    internal sealed record Input(LayerShape Images) : Operation
    {
        public override LayerShape Shape(IReadOnlyList<LayerShape> inputs) => Images;
    }

    internal sealed record Convolution(int Channels, int Kernel, int Stride, int Padding, int Groups, bool HasBias) : Operation
    {
        public override LayerShape Shape(IReadOnlyList<LayerShape> inputs)
        {
            var (channels, height, width, _) = Image(inputs[0]);
            return channels % Groups == 0 && Channels % Groups == 0
                ? new(Channels, Slide(height, Kernel, Stride, Padding), Slide(width, Kernel, Stride, Padding))
                : throw new ArgumentException($"{channels} input and {Channels} output channels cannot be divided into {Groups} groups");
        }

        public override IEnumerable<(string Name, int[] Shape, TensorRole Role)> Tensors(LayerShape input)
        {
            yield return ("weight", [Channels, input.Channels / Groups, Kernel, Kernel], TensorRole.Weight);
            if (HasBias)
            {
                yield return ("bias", [Channels], TensorRole.Bias);
            }
        }
    }

    internal sealed record BatchNorm(double Epsilon, double Momentum) : Operation
    {
        public override LayerShape Shape(IReadOnlyList<LayerShape> inputs) => Image(inputs[0]);

        public override IEnumerable<(string Name, int[] Shape, TensorRole Role)> Tensors(LayerShape input) =>
        [
            ("weight", [input.Channels], TensorRole.NormWeight),
            ("bias", [input.Channels], TensorRole.NormBias),
            ("running_mean", [input.Channels], TensorRole.RunningMean),
            ("running_var", [input.Channels], TensorRole.RunningVariance),
            ("num_batches_tracked", [], TensorRole.BatchCount),
        ];
    }

    internal sealed record Activation(ActivationKind Kind) : Operation
    {
        public override LayerShape Shape(IReadOnlyList<LayerShape> inputs) => inputs[0];
    }

    /// <summary>Sets values to zero at random while training, and scales the others; nothing otherwise.</summary>
    /// <param name="Rate">The share of values that become zero.</param>
    /// <param name="IsOfImages">Whether all values of an image become zero together (stochastic depth).</param>
    internal sealed record Dropout(double Rate, bool IsOfImages) : Operation
    {
        public override LayerShape Shape(IReadOnlyList<LayerShape> inputs) => inputs[0];
    }

    internal sealed record MaxPool(int Kernel, int Stride, int Padding) : Operation
    {
        public override LayerShape Shape(IReadOnlyList<LayerShape> inputs)
        {
            var (channels, height, width, _) = Image(inputs[0]);
            return new(channels, Slide(height, Kernel, Stride, Padding), Slide(width, Kernel, Stride, Padding));
        }
    }

    internal sealed record AveragePool(int Kernel, int Stride) : Operation
    {
        public override LayerShape Shape(IReadOnlyList<LayerShape> inputs)
        {
            var (channels, height, width, _) = Image(inputs[0]);
            return new(channels, Slide(height, Kernel, Stride, 0), Slide(width, Kernel, Stride, 0));
        }
    }

    /// <summary>The mean of each plane: a vector, or planes of one pixel.</summary>
    internal sealed record GlobalAveragePool(bool KeepsPlanes) : Operation
    {
        public override LayerShape Shape(IReadOnlyList<LayerShape> inputs) =>
            KeepsPlanes ? new(Image(inputs[0]).Channels, 1, 1) : LayerShape.Vector(Image(inputs[0]).Channels);
    }

    /// <summary>
    /// The means of <paramref name="Size"/>×<paramref name="Size"/> windows that together are the whole plane; they overlap where they do
    /// not divide it.
    /// </summary>
    internal sealed record AdaptiveAveragePool(int Size) : Operation
    {
        public override LayerShape Shape(IReadOnlyList<LayerShape> inputs) => new(Image(inputs[0]).Channels, Size, Size);
    }

    /// <summary>Every so many-th row and column.</summary>
    internal sealed record Subsample(int Stride) : Operation
    {
        public override LayerShape Shape(IReadOnlyList<LayerShape> inputs)
        {
            var (channels, height, width, _) = Image(inputs[0]);
            return new(channels, Slide(height, 1, Stride, 0), Slide(width, 1, Stride, 0));
        }
    }

    /// <summary>Planes of zeros before and after the input's.</summary>
    internal sealed record PadChannels(int Before, int After) : Operation
    {
        public override LayerShape Shape(IReadOnlyList<LayerShape> inputs) =>
            Image(inputs[0]) with { Channels = Before + inputs[0].Channels + After };
    }

    internal sealed record Add : Operation
    {
        public override LayerShape Shape(IReadOnlyList<LayerShape> inputs) =>
            inputs[0] == inputs[1]
                ? inputs[0]
                : throw new ArgumentException($"{inputs[0]} and {inputs[1]} cannot be added: their shapes differ");
    }

    /// <summary>Each plane times one pixel of its own.</summary>
    internal sealed record Scale : Operation
    {
        public override LayerShape Shape(IReadOnlyList<LayerShape> inputs) => inputs[1] == new LayerShape(Image(inputs[0]).Channels, 1, 1)
            ? inputs[0]
            : throw new ArgumentException($"{inputs[0]} cannot be scaled by {inputs[1]}: one pixel a channel is needed");
    }

    /// <summary>The planes of all inputs, one after the other.</summary>
    internal sealed record Concat : Operation
    {
        public override LayerShape Shape(IReadOnlyList<LayerShape> inputs)
        {
            var first = Image(inputs[0]);
            return inputs.All(input => input with { Channels = first.Channels } == first)
                ? first with { Channels = inputs.Sum(input => input.Channels) }
                : throw new ArgumentException($"{string.Join(" and ", inputs)} cannot be put together: only their channels may differ");
        }
    }

    internal sealed record Flatten : Operation
    {
        public override LayerShape Shape(IReadOnlyList<LayerShape> inputs) =>
            LayerShape.Vector(checked(inputs[0].Channels * inputs[0].Height * inputs[0].Width));
    }

    internal sealed record Linear(int Length) : Operation
    {
        public override LayerShape Shape(IReadOnlyList<LayerShape> inputs)
        {
            Vector(inputs[0]);
            return LayerShape.Vector(Length);
        }

        public override IEnumerable<(string Name, int[] Shape, TensorRole Role)> Tensors(LayerShape input) =>
            [("weight", [Length, input.Channels], TensorRole.Weight), ("bias", [Length], TensorRole.Bias)];
    }
}
