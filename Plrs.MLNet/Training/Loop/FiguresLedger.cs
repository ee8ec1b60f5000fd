using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Plrs.MLNet.Training;

/// <summary>
/// The figures of batches, kept on the device that computes them until they are read. Reading makes this thread wait for a GPU, which has
/// nothing to do then: many are read at once there. Each reading is one copy.
/// </summary>
internal sealed class FiguresLedger : IDisposable
{
    private const int Columns = 4;

    private readonly Tensor _rows;
    private readonly Tensor _nothing;
    private readonly BatchFigures[] _read;

    /// <param name="capacity">The most batches that it keeps.</param>
    /// <param name="device">The device that computes.</param>
    public FiguresLedger(int capacity, Device device)
    {
        _rows = zeros(capacity, Columns, ScalarType.Float64, device).DetachFromDisposeScope();
        _nothing = full([], double.NaN, ScalarType.Float64, device).DetachFromDisposeScope();
        _read = new BatchFigures[capacity];
    }

    /// <summary>The number of batches that have not been read.</summary>
    public int Count { get; private set; }

    public bool IsFull => Count == _read.Length;

    /// <summary>Adds a batch; not more than it has room for.</summary>
    /// <param name="images">The number of its images.</param>
    /// <param name="loss">Their mean loss.</param>
    /// <param name="logits">What the network made of them.</param>
    /// <param name="labels">Their classes.</param>
    /// <param name="learningRate">The rate of the step that it was trained in, or 0.</param>
    /// <param name="gradientNorm">The gradient's norm, where it was measured.</param>
    /// <param name="smoothness">How fast the gradient changes along itself, where it was measured.</param>
    public void Add(
        int images,
        Tensor loss,
        Tensor logits,
        Tensor labels,
        double learningRate = 0,
        Tensor? gradientNorm = null,
        Tensor? smoothness = null)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var correct = logits.argmax(1).eq(labels).sum();
        _rows.select(0, Count).copy_(stack(
            [
                loss.to(ScalarType.Float64),
                correct.to(ScalarType.Float64),
                gradientNorm?.to(ScalarType.Float64) ?? _nothing,
                smoothness?.to(ScalarType.Float64) ?? _nothing,
            ]));
        _read[Count++] = new BatchFigures(images, 0, 0) { LearningRate = learningRate };
    }

    /// <summary>The batches that were added since the last reading, in their order; valid until the next one is added.</summary>
    public ReadOnlySpan<BatchFigures> Read()
    {
        using var rows = _rows.cpu();
        var values = MemoryMarshal.Cast<byte, double>(rows.bytes);
        for (var i = 0; i < Count; i++)
        {
            var row = values.Slice(Columns * i, Columns);
            _read[i] = _read[i] with
            {
                Loss = (float)row[0],
                Correct = (long)row[1],
                GradientNorm = (float)row[2],
                Smoothness = (float)row[3],
            };
        }

        var read = _read.AsSpan(0, Count);
        Count = 0;
        return read;
    }

    public void Dispose()
    {
        _rows.Dispose();
        _nothing.Dispose();
    }
}

/// <summary>What a batch gave.</summary>
/// <param name="Images">The number of its images.</param>
/// <param name="Loss">Their mean cross-entropy.</param>
/// <param name="Correct">The number that was classified correctly.</param>
internal readonly record struct BatchFigures(int Images, float Loss, long Correct)
{
    /// <summary>The rate of the step that it was trained in; 0 for the validation.</summary>
    public double LearningRate { get; init; }

    /// <summary>The norm of the loss's gradient; not a number where it was not measured.</summary>
    public float GradientNorm { get; init; } = float.NaN;

    /// <summary>
    /// How fast the gradient of the batch's loss changes along itself, a lower bound on that loss's smoothness β; not a number where it was
    /// not measured.
    /// </summary>
    public float Smoothness { get; init; } = float.NaN;
}
