using System.Diagnostics;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Plrs.MLNet.Networks;

/// <summary>Computes a graph's operations with TorchSharp.</summary>
/// <remarks>
/// Functions are called, not modules: their <c>forward</c> leaves native objects to the finalizer at every call, and these cut the memory
/// freed between steps into pieces that fit nothing.
/// </remarks>
internal static class TensorOperations
{
    private static readonly Scalar One = 1;
    private static readonly long[] HeightAndWidth = [2, 3];

    // Kernels, strides and paddings as libtorch takes them, so that a step makes none.
    private static readonly long[][] Squares = [.. Enumerable.Range(0, 16).Select(length => new long[] { length, length })];

    /// <summary>
    /// A copy of the input in memory of libtorch's own: what a matrix product rounds to depends on where a vector begins. Images have the
    /// channels of a pixel side by side. A convolution hands its input's order on to its output, and on CPUs libtorch computes this one
    /// without rearranging in between.
    /// </summary>
    public static Tensor Arrange(Tensor input) =>
        input.dim() == 4 ? input.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2) : input.clone();

    /// <summary>Computes a node.</summary>
    /// <param name="node">The node.</param>
    /// <param name="results">The results of the nodes before it.</param>
    /// <param name="tensors">Its tensors.</param>
    /// <param name="isInPlace">Whether it may overwrite its first input.</param>
    /// <param name="isTraining">Whether dropout drops.</param>
    /// <param name="random">What dropout draws from.</param>
    public static Tensor Compute(GraphNode node, Tensor[] results, Tensor[] tensors, bool isInPlace, bool isTraining, Generator random)
    {
        var x = results[node.Inputs[0]];
        return node.Operation switch
        {
            Operation.Convolution convolution => Convolve(convolution, x, tensors),
            Operation.Activation { Kind: var kind } => Activate(kind, x, isInPlace),
            Operation.Add => isInPlace ? x.add_(results[node.Inputs[1]], One) : x.add(results[node.Inputs[1]], One),
            Operation.MaxPool pool => functional.max_pool2d(x, Square(pool.Kernel), Square(pool.Stride), Square(pool.Padding), Square(1)),
            Operation.AveragePool pool => functional.avg_pool2d(x, Square(pool.Kernel), Square(pool.Stride), Square(0)),
            Operation.AdaptiveAveragePool pool => functional.adaptive_avg_pool2d(x, Square(pool.Size)),
            Operation.GlobalAveragePool { KeepsPlanes: true } => x.mean(HeightAndWidth, keepdim: true),
            Operation.GlobalAveragePool => x.mean(HeightAndWidth, type: ScalarType.Float32),
            Operation.Scale => x.mul(results[node.Inputs[1]]),
            Operation.Dropout dropout => isTraining ? Drop(dropout, x, random) : x.alias(),
            Operation.Subsample { Stride: var stride } => Subsample(x, stride),
            Operation.PadChannels pad => functional.pad(x, [0, 0, 0, 0, pad.Before, pad.After]),
            Operation.Concat => cat([.. node.Inputs.Select(input => results[input])], 1),
            Operation.Flatten => x.flatten(1),
            Operation.Linear => Multiply(x, tensors),
            var operation => throw new UnreachableException($"There is no way to compute {operation}."),
        };
    }

    /// <summary>Normalises by the statistics of a batch, or by those that a batch norm has.</summary>
    /// <param name="norm">The batch norm.</param>
    /// <param name="x">What it takes.</param>
    /// <param name="tensors">Its tensors.</param>
    /// <param name="isTraining">
    /// Whether it goes by the batch's own statistics, and its own follow them. One whose scale is frozen does not.
    /// </param>
    /// <param name="momentum">
    /// How far its statistics follow, in place of its own momentum, and without counting the batch; or <see langword="null"/>.
    /// </param>
    public static Tensor Normalize(Operation.BatchNorm norm, Tensor x, Tensor[] tensors, bool isTraining, double? momentum)
    {
        var followsBatches = isTraining && tensors[0].requires_grad;
        if (followsBatches && momentum is null)
        {
            tensors[4].add_(One, One);
        }

        return functional.batch_norm(
            x, tensors[2], tensors[3], tensors[0], tensors[1], followsBatches, momentum ?? norm.Momentum, norm.Epsilon);
    }

    /// <summary>Convolves in the type of the input: with bfloat16 images, the float32 weights are rounded for the operation.</summary>
    private static Tensor Convolve(Operation.Convolution convolution, Tensor x, Tensor[] tensors) => functional.conv2d(
        x,
        InTypeOf(x, tensors[0]),
        convolution.HasBias ? InTypeOf(x, tensors[1]) : null,
        Square(convolution.Stride),
        Square(convolution.Padding),
        Square(1),
        convolution.Groups);

    private static Tensor Activate(ActivationKind kind, Tensor x, bool isInPlace) => kind switch
    {
        ActivationKind.Relu => functional.relu(x, isInPlace),
        ActivationKind.Relu6 => functional.relu6(x, isInPlace),
        ActivationKind.Silu => functional.silu(x),
        ActivationKind.HardSwish => functional.hardswish(x, isInPlace),
        ActivationKind.HardSigmoid => functional.hardsigmoid(x, isInPlace),
        ActivationKind.Sigmoid => x.sigmoid(),
        _ => throw new UnreachableException($"There is no way to compute {kind}."),
    };

    private static Tensor Drop(Operation.Dropout dropout, Tensor x, Generator random)
    {
        var kept = 1 - dropout.Rate;
        long[] shape = dropout.IsOfImages ? [x.shape[0], .. Enumerable.Repeat(1L, (int)x.dim() - 1)] : x.shape;
        using Scalar divisor = kept;

        // The generator is the CPU's, and draws the same for a GPU.
        using var drawn = empty(shape, x.dtype).bernoulli_(kept, random).div_(divisor);
        using var mask = drawn.to(x.device);
        return x.mul(mask);
    }

    private static Tensor Subsample(Tensor x, int stride)
    {
        using var rows = x.slice(2, 0, long.MaxValue, stride);
        return rows.slice(3, 0, long.MaxValue, stride);
    }

    private static Tensor Multiply(Tensor x, Tensor[] tensors) => functional.linear(InTypeOf(tensors[0], x), tensors[0], tensors[1]);

    private static Tensor InTypeOf(Tensor other, Tensor tensor) => tensor.dtype == other.dtype ? tensor : tensor.to(other.dtype);

    private static long[] Square(int length) => length < Squares.Length ? Squares[length] : [length, length];
}
