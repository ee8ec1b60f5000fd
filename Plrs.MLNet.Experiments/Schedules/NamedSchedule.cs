using Plrs.MLNet.Schedules;

namespace Plrs.MLNet.Experiments.Schedules;

/// <summary>A schedule that can be asked for by name. What is added to <see cref="All"/> is in every tool.</summary>
/// <param name="Name">Its name on a command line.</param>
/// <param name="Title">Its name in a report.</param>
/// <param name="Description">What its rates do, in a few words.</param>
/// <param name="Create">Makes it for a run of so many epochs; <see langword="null"/> where a range test finds its bounds.</param>
internal sealed record NamedSchedule(
    string Name, string Title, string Description, Func<ScheduleRates, int, ILearningRateSchedule>? Create)
{
    /// <summary>
    /// The version of what the names stand for, one higher whenever a name gets other rates: runs of different versions are not compared.
    /// </summary>
    public const int Definitions = 2;

    private const double HeavyMomentum = 0.9;
    private const double EnvelopeFloor = 0.01;
    private const double WarmUpsInARun = 20;

    /// <summary>The momentum of SGD.</summary>
    public double Momentum { get; init; }

    /// <summary>Whether a range test finds its bounds.</summary>
    public bool FindsBounds => Create is null;

    /// <summary>PLRS between two bounds that are given.</summary>
    public static NamedSchedule Plrs { get; } =
        new("plrs", "PLRS", "each step's rate is drawn between L_min and L_max", (rates, _) => Drawn(rates));

    /// <summary>PLRS with the bounds that a range test finds.</summary>
    public static NamedSchedule RangeTested { get; } =
        new("plrs-range-test", "PLRS, bounds of a range test", "plrs with bounds that a range test finds first", null);

    /// <summary>The schedules that the paper compares, in its order.</summary>
    public static IReadOnlyList<NamedSchedule> OfPaper { get; } =
    [
        new("cosine", "Cosine, warm restarts", "restarts after 1, 3, 7, 15, … epochs",
            (rates, _) => new CosineWarmRestartsSchedule(rates.Lowest, rates.Highest)),
        new("knee", "Knee", "highest for half of the epochs, then linearly to 0",
            (rates, epochs) => new KneeSchedule(rates.Highest, epochs / 2, epochs)),
        new("one-cycle", "One-cycle", "up for 45 % of the epochs, down for 45 %, then lower",
            (rates, epochs) => new OneCycleSchedule(rates.Maximum, totalEpochs: epochs)),
        new("constant", "Constant", "the highest rate throughout", (rates, _) => new ConstantSchedule(rates.Constant)),
        new("multi-step", "Multi-step", "×0.1 after 50 % and after 75 % of the epochs",
            (rates, epochs) => new MultiStepSchedule(rates.StepRate, Milestones(epochs))),
        Plrs,
    ];

    /// <summary>All of them.</summary>
    public static IReadOnlyList<NamedSchedule> All { get; } =
    [
        .. OfPaper,
        new("plrs-decay", "PLRS, decaying", "plrs under a cosine that falls to a hundredth",
            (rates, epochs) => Drawn(rates) with { Envelope = DecaySchedule.Cosine(1, EnvelopeFloor, epochs) }),

        // With momentum m, a gradient moves the weights 1/(1 − m) times as far in the end: so these are steps of the same length.
        new("plrs-momentum", "PLRS, momentum 0.9", "plrs with momentum 0.9, bounds a tenth as high",
            (rates, _) => Drawn(rates.Times(1 - HeavyMomentum))) { Momentum = HeavyMomentum },
        RangeTested,

        // Whether it is PLRS's draws that help, or their mean.
        new("constant-mean", "Constant, mean of PLRS", "the middle of plrs's bounds throughout",
            (rates, _) => new ConstantSchedule(rates.Mean)),
        new("wsd", "WSD", "a warm-up, the highest rate, 1 − √ to 0 in the last 15 %",
            (rates, epochs) => WarmUpSchedule.ForEpochs(
                epochs / WarmUpsInARun, new CooldownSchedule(rates.Highest, totalEpochs: epochs))),
        new("plrs-cooldown", "PLRS, cool-down", "plrs, but 1 − √ to 0 in the last 15 %",
            (rates, epochs) => Drawn(rates) with { Envelope = new CooldownSchedule(1, totalEpochs: epochs) }),
    ];

    /// <summary>The names of all.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Select(schedule => schedule.Name)];

    /// <summary>The one with a name, in capital or small letters; <see langword="null"/> where there is none.</summary>
    public static NamedSchedule? Find(string name) =>
        All.FirstOrDefault(schedule => schedule.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>The name.</summary>
    public override string ToString() => Name;

    private static PlrsSchedule Drawn(ScheduleRates rates) => new(rates.Minimum, rates.Maximum);

    /// <summary>Where the rate falls: in a short run, once an epoch at most.</summary>
    private static IEnumerable<int> Milestones(int epochs) =>
        new[] { Math.Max(1, epochs / 2), Math.Max(2, 3 * epochs / 4) }.Where(epoch => epoch < epochs);
}
