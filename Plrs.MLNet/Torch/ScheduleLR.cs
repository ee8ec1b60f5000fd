using System.Globalization;
using System.Runtime.InteropServices;
using Plrs.MLNet.Common;
using Plrs.MLNet.Schedules;
using static TorchSharp.torch.optim;
using static TorchSharp.torch.optim.lr_scheduler;

namespace Plrs.MLNet.Torch;

/// <summary>
/// Runs a learning-rate schedule on a TorchSharp optimizer, for people with their own training loop. One <see cref="step()"/> belongs
/// to one optimizer update, not to one epoch.
/// </summary>
/// <remarks>
/// <para>
/// The first parameter group gets the schedule's rate; each other group gets it times the ratio of its initial rate to the first
/// group's. Groups added to the optimizer later are left alone, as by TorchSharp's own schedulers.
/// </para>
/// <para>
/// The rates of step 0 are set at construction. <see cref="Position"/> is all there is to save: setting it back on a new scheduler
/// with an equal schedule continues the run as if it had not been interrupted. No method but the constructor allocates memory.
/// </para>
/// </remarks>
/// <example>
/// <code>
/// using var optimizer = torch.optim.SGD(network.parameters(), learningRate: 0.1);
/// var scheduler = new ScheduleLR(optimizer, new KneeSchedule(), stepsPerEpoch: batches.Count, totalEpochs: 200);
/// foreach (var batch in batches)
/// {
///     // forward, backward
///     optimizer.step();
///     scheduler.step();
/// }
/// </code>
/// </example>
public class ScheduleLR : LRScheduler
{
    // The parameter groups, and the ratio of each one's rate to the first one's.
    private readonly (ILearningRateController Group, double Ratio)[] _groups;

    // The list behind get_last_lr(), which TorchSharp makes: writing to it keeps that method truthful without a new list at every step.
    private readonly List<double> _lastRates;
    private long _position;

    /// <summary>Starts a schedule on an optimizer and sets the rates of step 0.</summary>
    /// <param name="optimizer">The optimizer whose rates are set.</param>
    /// <param name="schedule">The schedule; one that draws without a seed of its own draws as with seed 0.</param>
    /// <param name="stepsPerEpoch">The number of optimizer updates in an epoch, at least 1; a last partial batch counts as one.</param>
    /// <param name="totalEpochs">
    /// The epochs of the run, at least 1, for a schedule that takes its length from it; <see langword="null"/> (the default) where it is
    /// not known, and not needed.
    /// </param>
    /// <exception cref="ArgumentNullException"><paramref name="optimizer"/> or <paramref name="schedule"/> is null.</exception>
    /// <exception cref="ArgumentException">
    /// The optimizer has no parameter group, or several whose initial rates give no ratio; or the schedule needs
    /// <paramref name="totalEpochs"/>.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="stepsPerEpoch"/> or <paramref name="totalEpochs"/> is less than 1, or less than the schedule needs.
    /// </exception>
    /// <exception cref="InvalidOperationException">The schedule gave a rate that is negative or not finite.</exception>
    public ScheduleLR(Optimizer optimizer, ILearningRateSchedule schedule, int stepsPerEpoch, int? totalEpochs = null)
        : this(optimizer, OfRun(schedule, totalEpochs), stepsPerEpoch, factors: null)
    {
    }

    /// <summary>
    /// The same, with what the schedule's rate is multiplied by for each group; <see langword="null"/> for the ratios of their initial
    /// rates.
    /// </summary>
    internal ScheduleLR(Optimizer optimizer, ILearningRateSchedule schedule, int stepsPerEpoch, IReadOnlyList<double>? factors)
        : base(optimizer ?? throw new ArgumentNullException(nameof(optimizer)))
    {
        ArgumentNullException.ThrowIfNull(schedule);
        Schedule = schedule.OfKnownLength(nameof(schedule), "ScheduleLR its totalEpochs");
        StepsPerEpoch = ArgumentChecks.AtLeast(1, stepsPerEpoch);
        _groups = factors is null ? WithRatios([.. optimizer.ParamGroups], nameof(optimizer)) : [.. optimizer.ParamGroups.Zip(factors)];
        _lastRates = (List<double>)get_last_lr();
        MoveTo(0);
    }

    /// <summary>The schedule that gives the rates.</summary>
    public ILearningRateSchedule Schedule { get; }

    /// <summary>The number of optimizer updates in an epoch.</summary>
    public int StepsPerEpoch { get; }

    /// <summary>The first parameter group's rate, as the schedule gave it for the step at <see cref="Position"/>.</summary>
    public double LearningRate { get; private set; }

    /// <summary>
    /// The number of the step whose rates the optimizer has, from 0: the number of updates made before it. Setting it moves there and sets
    /// the optimizer's rates at once.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    /// <exception cref="InvalidOperationException">
    /// The schedule gave a rate that is negative or not finite; nothing was changed.
    /// </exception>
    public long Position
    {
        get => _position;
        set => MoveTo(ArgumentChecks.AtLeast(0, value, nameof(Position)));
    }

    /// <summary>Moves on to the next step and sets its rates.</summary>
    /// <exception cref="InvalidOperationException">
    /// The schedule gave a rate that is negative or not finite; nothing was changed.
    /// </exception>
    public override void step() => MoveTo(_position + 1);

    /// <summary>Moves to a step and sets its rates. The same as setting <see cref="Position"/>.</summary>
    /// <param name="epoch">
    /// The number of the step (TorchSharp calls whatever a scheduler counts an epoch), from 0; <see langword="null"/> moves on to the next
    /// step.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="epoch"/> is negative.</exception>
    public override void step(int? epoch) =>
        MoveTo(epoch is { } position ? ArgumentChecks.AtLeast(0, position, nameof(epoch)) : _position + 1);

    /// <summary>Moves like <see cref="step(int?)"/>; schedules do not look at metrics.</summary>
    /// <param name="current">Ignored.</param>
    /// <param name="epoch">The number of the step, from 0; <see langword="null"/> moves on to the next step.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="epoch"/> is negative.</exception>
    public override void step(double current, int? epoch = null) => step(epoch);

    /// <summary>The parameter groups' rates for the step at <see cref="Position"/>.</summary>
    /// <returns>One rate for each group.</returns>
    protected override IEnumerable<double> get_lr() => get_last_lr();

    private static ILearningRateSchedule OfRun(ILearningRateSchedule schedule, int? totalEpochs)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        return totalEpochs is { } total ? schedule.WithLengthOfRun(ArgumentChecks.AtLeast(1, total, nameof(totalEpochs))) : schedule;
    }

    private void MoveTo(long position)
    {
        var rate = Schedule.GetCheckedLearningRate(new TrainingStep(position, StepsPerEpoch));

        // A span, because each write by the list's indexer also counts a change, and those wait for one another.
        var lastRates = CollectionsMarshal.AsSpan(_lastRates);
        var groups = _groups;
        for (var i = 0; i < groups.Length; i++)
        {
            lastRates[i] = groups[i].Group.LearningRate = rate * groups[i].Ratio;
        }

        _step_count++;
        _position = position;
        LearningRate = rate;
    }

    private static (ILearningRateController Group, double Ratio)[] WithRatios(ILearningRateController[] groups, string optimizerName)
    {
        if (groups.Length == 0)
        {
            throw new ArgumentException("The optimizer has no parameter group; a schedule needs at least one.", optimizerName);
        }

        // A single group needs no initial rate: it gets the schedule's.
        var first = groups.Length == 1 ? 1 : groups[0].InitialLearningRate;
        if (!double.IsFinite(first) || first <= 0)
        {
            var message = string.Create(
                CultureInfo.InvariantCulture,
                $"The first of the optimizer's {groups.Length} parameter groups has the initial learning rate {first}; " +
                $"it must be finite and greater than 0, because the other groups keep their ratio to it.");
            throw new ArgumentException(message, optimizerName);
        }

        return [.. groups.Select((group, i) => (group, i == 0 ? 1 : group.InitialLearningRate / first))];
    }
}
