using System.Globalization;
using Plrs.MLNet.Common;
using Plrs.MLNet.Schedules;
using static TorchSharp.torch;

namespace Plrs.MLNet.Torch;

/// <summary>
/// The average of a module's weights over the steps of a training loop of your own. PLRS's rates never fall, so the last weights keep
/// moving about; their average does not. Call <see cref="Update"/> after each optimizer update, and validate and save the module within
/// <see cref="PutInPlace"/>.
/// </summary>
/// <remarks>
/// <para>
/// The counterpart of <c>torch.optim.swa_utils.AveragedModel</c> in PyTorch. <c>TorchImageClassification</c> averages with the same code:
/// the same steps give the same bits. After step t, from 0, the average becomes s·(average) + (1 − s)·(weights). For
/// <see cref="WeightAveraging.Exponential"/>, s = min(decay, (1 + t)/(10 + t)), so that the start does not weigh on it for long; for
/// <see cref="WeightAveraging.Uniform"/>, s = n/(n + 1) after n averaged steps.
/// </para>
/// <para>
/// It averages all parameters and buffers of floating-point numbers, and so the running statistics of batch norms. Tensors that are not
/// finite at construction, such as a mask of −∞, are left alone. The average is on the module's device. <see cref="Update"/> allocates no
/// memory. Create it after the module is moved to its device and type: a module that is moved later has other tensors.
/// </para>
/// </remarks>
/// <example>
/// <code>
/// var scheduler = new PlrsLR(optimizer, minimumLearningRate: 0.02, maximumLearningRate: 0.05);
/// using var average = new AveragedModel(network);
/// foreach (var batch in batches)
/// {
///     // forward, backward
///     optimizer.step();
///     scheduler.step();
///     average.Update();
/// }
///
/// using (average.PutInPlace())
/// {
///     network.save("network.dat");
/// }
/// </code>
/// </example>
public sealed class AveragedModel : IDisposable
{
    private static readonly CheckedFile Format = new("PLRSAVRG", version: 1, "file of averaged weights");

    private readonly nn.Module _module;
    private readonly AveragedWeights _average;
    private readonly int _stepsPerEpoch;
    private bool _isDisposed;

    /// <summary>Starts an average with the weights that a module has.</summary>
    /// <param name="module">The module that is trained; it stays yours.</param>
    /// <param name="averaging">
    /// <see cref="WeightAveraging.Exponential"/> or <see cref="WeightAveraging.Uniform"/>; <see langword="null"/> (the default) for the
    /// former, with its usual decay.
    /// </param>
    /// <param name="stepsPerEpoch">
    /// The number of optimizer updates in an epoch, at least 1, where <see cref="WeightAveraging.Uniform"/> begins at a later epoch than
    /// the first; <see langword="null"/> (the default) where no epoch matters.
    /// </param>
    /// <exception cref="ArgumentNullException"><paramref name="module"/> is null.</exception>
    /// <exception cref="ArgumentException">
    /// The module has no weights; <paramref name="averaging"/> is <see cref="WeightAveraging.None"/> or has
    /// <see cref="WeightAveraging.UpdateBatchNorm"/>; or it needs <paramref name="stepsPerEpoch"/>.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="stepsPerEpoch"/> is less than 1.</exception>
    /// <exception cref="ObjectDisposedException">The module is disposed of.</exception>
    public AveragedModel(nn.Module module, WeightAveraging? averaging = null, int? stepsPerEpoch = null)
    {
        ArgumentNullException.ThrowIfNull(module);
        Averaging = Checked(averaging ?? WeightAveraging.Exponential(), stepsPerEpoch);
        _stepsPerEpoch = ArgumentChecks.AtLeast(1, stepsPerEpoch ?? 1, nameof(stepsPerEpoch));
        if (module.parameters().Any(parameter => parameter.IsInvalid))
        {
            throw Gone(module);
        }

        _module = module;
        _average = AveragedWeights.OfModule(module);
        if (_average.IsEmpty)
        {
            _average.Dispose();
            throw new ArgumentException(
                $"The module {module.GetName()} has no weights to average; one of your own has those that it registers.", nameof(module));
        }
    }

    /// <summary>How the weights are averaged.</summary>
    public WeightAveraging Averaging { get; }

    /// <summary>The number of steps that the average has followed.</summary>
    public long Steps { get; private set; }

    /// <summary>Whether the module has the average now.</summary>
    public bool IsInPlace => _average.IsInPlace;

    /// <summary>Takes the weights that the module has after a step into the average. Call it once after each optimizer update.</summary>
    /// <exception cref="InvalidOperationException">The module has the average now.</exception>
    /// <exception cref="ObjectDisposedException">
    /// This or the module is disposed of, or the module was moved to another device or type.
    /// </exception>
    public void Update()
    {
        CheckOutOfPlace();
        _average.Follow(Averaging.NewShare(new TrainingStep(Steps, _stepsPerEpoch)));
        Steps++;
    }

    /// <summary>Gives the module the average, to validate or save it, until what is returned is disposed of.</summary>
    /// <returns>What gives the module its own weights back, to the bit, when it is disposed of.</returns>
    /// <inheritdoc cref="Update" path="/exception"/>
    public IDisposable PutInPlace()
    {
        CheckOutOfPlace();
        _average.PutInPlace();
        return new Place(this);
    }

    /// <summary>
    /// Gives another module the average: its parameters and buffers become the averaged ones, and those that are not averaged become the
    /// module's. It may be on another device.
    /// </summary>
    /// <param name="target">A module with the same tensors, such as one more of the same class.</param>
    /// <exception cref="ArgumentNullException"><paramref name="target"/> is null.</exception>
    /// <exception cref="ArgumentException">
    /// <paramref name="target"/> is the averaged module itself, or has other tensors; nothing was changed.
    /// </exception>
    /// <inheritdoc cref="Update" path="/exception"/>
    public void CopyTo(nn.Module target)
    {
        ArgumentNullException.ThrowIfNull(target);
        CheckOutOfPlace();
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var (own, others) = (_module.state_dict(), target.state_dict());
        var why = ReferenceEquals(target, _module) ? "it is the averaged module itself; use PutInPlace" : Difference(own, others);
        if (why is not null)
        {
            throw new ArgumentException($"The module {target.GetName()} cannot take the average: {why}.", nameof(target));
        }

        using (PutInPlace())
        {
            foreach (var (name, value) in own)
            {
                others[name].copy_(value);
            }
        }
    }

    /// <summary>
    /// Writes the average and the number of its steps. With the module's own weights, which <c>module.save</c> writes, and the optimizer's
    /// state, a loop goes on as if it had not been interrupted.
    /// </summary>
    /// <param name="path">The file. It is written whole or not at all, and replaces one that is there.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    /// <inheritdoc cref="Update" path="/exception"/>
    public void Save(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        CheckOutOfPlace();
        Format.Write(path, writer =>
        {
            writer.Write(Steps);
            _average.Write(writer);
        });
    }

    /// <summary>Goes on with the average that a file has, of a module with the same tensors. The module keeps its weights.</summary>
    /// <param name="path">A file that <see cref="Save"/> wrote.</param>
    /// <exception cref="FormatException">The file is of another module, or damaged; nothing was changed.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    /// <inheritdoc cref="Update" path="/exception"/>
    public void Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        CheckOutOfPlace();
        try
        {
            Format.Read(path, reader =>
            {
                var steps = reader.ReadInt64();
                _average.Read(reader);
                Steps = steps;
            });
        }
        catch (FormatException e)
        {
            throw new FormatException($"The averaged weights '{path}' are refused: {e.Message}.", e);
        }
    }

    /// <summary>Frees the average. A module that has it gets its own weights back first.</summary>
    public void Dispose()
    {
        if (!_isDisposed)
        {
            _average.TakeOut();
            _average.Dispose();
            _isDisposed = true;
        }
    }

    private static WeightAveraging Checked(WeightAveraging averaging, int? stepsPerEpoch)
    {
        var fault = averaging switch
        {
            { IsOn: false } => "; an AveragedModel takes WeightAveraging.Exponential or WeightAveraging.Uniform",
            { UpdateBatchNorm: true } => "; an AveragedModel has no images to recompute them with, so UpdateBatchNorm must be false",
            { FirstEpoch: > 0 } when stepsPerEpoch is null => ", which needs stepsPerEpoch, to know where that epoch begins",
            _ => null,
        };
        return fault is null ? averaging : throw new ArgumentException($"The averaging is {averaging}{fault}.", nameof(averaging));
    }

    // What is wrong with a module that is to take another's tensors.
    private static string? Difference(IReadOnlyDictionary<string, Tensor> own, IReadOnlyDictionary<string, Tensor> others) =>
        own.Keys.Except(others.Keys).FirstOrDefault() is { } missing ? $"it has no tensor '{missing}'"
        : others.Keys.Except(own.Keys).FirstOrDefault() is { } surplus ? $"it has a tensor '{surplus}', which the averaged module lacks"
        : own.Keys.FirstOrDefault(name => Kind(own[name]) != Kind(others[name])) is { } name
            ? $"its tensor '{name}' is {Kind(others[name])}, not {Kind(own[name])}"
        : null;

    private static string Kind(Tensor tensor) =>
        string.Create(CultureInfo.InvariantCulture, $"{tensor.dtype} of the shape [{string.Join(", ", tensor.shape)}]");

    private static ObjectDisposedException Gone(nn.Module module) => new(
        module.GetName(),
        "The module's weights are gone: it is disposed of, or was moved to another device or type after the AveragedModel was made.");

    private void CheckOutOfPlace()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (!_average.HasModule)
        {
            throw Gone(_module);
        }

        if (_average.IsInPlace)
        {
            throw new InvalidOperationException(
                "The module has the average now; dispose of what PutInPlace returned first, so that it has its own weights again.");
        }
    }

    private sealed class Place(AveragedModel model) : IDisposable
    {
        private bool _isOver;

        public void Dispose()
        {
            if (!_isOver && !model._isDisposed)
            {
                model._average.TakeOut();
            }

            _isOver = true;
        }
    }
}
