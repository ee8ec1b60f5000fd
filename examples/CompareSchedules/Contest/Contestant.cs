using Plrs.MLNet;
using Plrs.MLNet.Schedules;

namespace CompareSchedules.Contest;

/// <summary>A schedule that takes part.</summary>
/// <param name="Name">Its name on the command line.</param>
/// <param name="Title">Its name in the report.</param>
/// <param name="Create">Makes it for a run of so many epochs; <see langword="null"/> where a range test finds its bounds.</param>
internal sealed record Contestant(string Name, string Title, Func<PaperRates, int, ILearningRateSchedule>? Create)
{
    private const double HeavyMomentum = 0.9;
    private const double EnvelopeFloor = 0.01;

    /// <summary>The momentum of SGD.</summary>
    public double Momentum { get; init; }

    /// <summary>The schedules of the paper, in its order.</summary>
    public static IReadOnlyList<Contestant> OfPaper { get; } =
    [
        new("cosine", "Cosine, warm restarts", (rates, _) => new CosineWarmRestartsSchedule(rates.Lowest, rates.Highest)),
        new("knee", "Knee", (rates, epochs) => new KneeSchedule(rates.Highest, Math.Min(Epoch(rates.ExploreShare, epochs), epochs - 1), totalEpochs: epochs)),
        new("one-cycle", "One-cycle", (rates, epochs) => new OneCycleSchedule(rates.Maximum, totalEpochs: epochs)),
        new("constant", "Constant", (rates, _) => new ConstantSchedule(rates.Constant)),
        new("multi-step", "Multi-step", (rates, epochs) => new MultiStepSchedule(rates.StepRate, Milestones(rates, epochs), rates.Factor)),
        new("plrs", "PLRS", (rates, _) => Plrs(rates)),
    ];

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Contestant> All { get; } =
    [
        .. OfPaper,
        new("plrs-decay", "PLRS, decaying", (rates, epochs) => Plrs(rates) with { Envelope = DecaySchedule.Cosine(1, EnvelopeFloor, epochs) }),

        // With momentum m, a gradient moves the weights 1/(1 − m) times as far in the end: so these are steps of the same length.
        new("plrs-momentum", "PLRS, momentum 0.9", (rates, _) => Plrs(rates.Times(1 - HeavyMomentum))) { Momentum = HeavyMomentum },
        new("plrs-range-test", "PLRS, bounds of a range test", null),
    ];

    /// <summary>The one with a name.</summary>
    public static Contestant Named(string name) => All.First(contestant => contestant.Name == name);

    private static PlrsSchedule Plrs(PaperRates rates) => new(rates.Minimum, rates.Maximum);

    private static int Epoch(double share, int epochs) => (int)Math.Round(share * epochs);

    /// <summary>The epochs at which the rate falls: in a short run, at most once an epoch.</summary>
    private static int[] Milestones(PaperRates rates, int epochs) =>
        [.. rates.Milestones.Select(share => Math.Max(1, Epoch(share, epochs))).Where(epoch => epoch < epochs).Distinct()];
}
