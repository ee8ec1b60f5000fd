using System.Globalization;
using Plrs.MLNet.Common;

namespace Plrs.MLNet.Schedules;

/// <summary>
/// A rate that falls at milestones: η = η₀·f^k, where k is the number of milestones that the epoch has reached.
/// </summary>
/// <remarks>
/// The paper's settings (App. F): ×0.1 at epochs 100 and 150 for ResNet-110 and ResNet-50 (the defaults), at 150 and 225 for
/// DenseNet-40-12, every 30 epochs for VGG-16; for WRN-28-10 0.2, 0.2² from epoch 60 and 0.2³ from epoch 120.
/// </remarks>
/// <example>
/// <code>
/// var resNet = new MultiStepSchedule(0.1);
/// var wideResNet = new MultiStepSchedule(0.2, milestones: [60, 120], factor: 0.2);
/// var vgg = new MultiStepSchedule(0.05, milestones: [.. Enumerable.Range(1, 16).Select(i =&gt; 30 * i)]);
/// </code>
/// </example>
public sealed record MultiStepSchedule : IPlannedSchedule
{
    private readonly int[] _milestones;
    private readonly double[] _rates;

    /// <summary>Lowers the rate at the milestones.</summary>
    /// <param name="initialLearningRate">η₀, the rate before the first milestone, greater than 0.</param>
    /// <param name="milestones">
    /// The epochs, counted from 0, that start with a new rate: at least 1 and rising. <see langword="null"/> (the default) means 100 and
    /// 150.
    /// </param>
    /// <param name="factor">f, what the rate is multiplied by at a milestone, between 0 and 1; 0.1 by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is not in its range.</exception>
    /// <exception cref="ArgumentException">The milestones do not rise.</exception>
    public MultiStepSchedule(double initialLearningRate, IEnumerable<int>? milestones = null, double factor = 0.1)
    {
        InitialLearningRate = ArgumentChecks.Positive(initialLearningRate);
        Factor = factor is > 0 and < 1 ? factor : throw ArgumentChecks.Refused(nameof(factor), factor, "greater than 0 and less than 1");
        _milestones = milestones is null ? [100, 150] : [.. milestones];
        for (var i = 0; i < _milestones.Length; i++)
        {
            ArgumentChecks.AtLeast(1, _milestones[i], nameof(milestones));
            if (i > 0 && _milestones[i] <= _milestones[i - 1])
            {
                throw new ArgumentException(
                    $"milestones are {string.Join(", ", _milestones)}; each must be greater than the one before.", nameof(milestones));
            }
        }

        Milestones = Array.AsReadOnly(_milestones);
        _rates = [.. Enumerable.Range(0, _milestones.Length + 1).Select(passed => initialLearningRate * Math.Pow(factor, passed))];
    }

    /// <summary>η₀, the rate before the first milestone.</summary>
    public double InitialLearningRate { get; }

    /// <summary>The epochs, counted from 0, that start with a new rate.</summary>
    public IReadOnlyList<int> Milestones { get; }

    /// <summary>f, what the rate is multiplied by at a milestone.</summary>
    public double Factor { get; }

    int? IPlannedSchedule.TotalEpochs => null;

    double IPlannedSchedule.LastDecay => _milestones.LastOrDefault();

    /// <inheritdoc/>
    public double GetLearningRate(TrainingStep step)
    {
        var found = Array.BinarySearch(_milestones, (int)Math.Min(step.Epoch, int.MaxValue));
        return _rates[found < 0 ? ~found : found + 1];
    }

    /// <summary>Whether the other schedule gives the same rate at every step.</summary>
    /// <param name="other">The other schedule.</param>
    /// <returns><see langword="true"/> when initial rate, milestones and factor are equal.</returns>
    public bool Equals(MultiStepSchedule? other) =>
        other is not null
        && InitialLearningRate.Equals(other.InitialLearningRate)
        && Factor.Equals(other.Factor)
        && _milestones.AsSpan().SequenceEqual(other._milestones);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(InitialLearningRate, Factor, _milestones.Length);

    /// <summary>For example "multi-step 0.1, ×0.1 at epochs 100, 150".</summary>
    /// <returns>The schedule in words.</returns>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"multi-step {InitialLearningRate}, ×{Factor} at {Quantity.Name(_milestones.Length, "epoch")} {string.Join(", ", _milestones)}");
}
