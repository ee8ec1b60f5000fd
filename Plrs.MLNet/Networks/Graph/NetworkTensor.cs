namespace Plrs.MLNet.Networks;

/// <summary>What a tensor of a network is for.</summary>
internal enum TensorRole
{
    /// <summary>The weight of a convolution or a linear layer.</summary>
    Weight,

    /// <summary>The bias of a convolution or a linear layer.</summary>
    Bias,

    /// <summary>The scale of a batch norm.</summary>
    NormWeight,

    /// <summary>The shift of a batch norm.</summary>
    NormBias,

    /// <summary>A batch norm's running mean, which is no parameter.</summary>
    RunningMean,

    /// <summary>A batch norm's running variance, which is no parameter.</summary>
    RunningVariance,

    /// <summary>
    /// The number of batches that a batch norm has seen, an int64 that is no parameter; or another one of a user's module.
    /// </summary>
    BatchCount,

    /// <summary>A float32 of a user's module that is no parameter.</summary>
    Buffer,
}

/// <summary>A tensor that a network keeps: a parameter, or a buffer of a batch norm.</summary>
/// <param name="Name">Its name, as PyTorch's implementations of the network call it.</param>
/// <param name="Shape">Its shape; empty for a single number.</param>
/// <param name="Role">What it is for.</param>
/// <param name="Group">The group of layers that it belongs to.</param>
internal sealed record NetworkTensor(string Name, int[] Shape, TensorRole Role, string Group)
{
    /// <summary>Whether training changes it by its gradient.</summary>
    public bool IsParameter => Role is TensorRole.Weight or TensorRole.Bias or TensorRole.NormWeight or TensorRole.NormBias;

    /// <summary>Whether its values are int64; float32 otherwise.</summary>
    public bool IsInteger => Role == TensorRole.BatchCount;

    /// <summary>Whether it is the weight of a convolution, and not of a linear layer.</summary>
    public bool IsKernel => Role == TensorRole.Weight && Shape.Length > 2;

    /// <summary>Whether its values need not be finite: those of a user's module that never were, such as a mask of −∞.</summary>
    public bool MayBeInfinite { get; init; }

    /// <summary>The number of values.</summary>
    public long Count => Shape.Aggregate(1L, (product, length) => checked(product * length));

    /// <summary>The number of bytes of its values.</summary>
    public long Bytes => checked(Count * ValueBytes);

    /// <summary>Whether it is more than an array can hold.</summary>
    public bool IsTooLarge => Shape.Aggregate((double)ValueBytes, (product, length) => product * length) > Array.MaxLength;

    /// <summary>The number of values that each value of a layer's output is computed from.</summary>
    public long FanIn => Count / Shape[0];

    private int ValueBytes => IsInteger ? sizeof(long) : sizeof(float);
}
