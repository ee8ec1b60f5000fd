using System.Globalization;

namespace Plrs.MLNet.RangeTest;

/// <summary>What the curve of a sweep says.</summary>
/// <param name="Turning">L̄, the rate at which the smoothed loss has turned up; NaN where it does not.</param>
/// <param name="Maximum">L_max, a share of L̄; NaN where there is none.</param>
/// <param name="Reason">Why there is no usable range, as a sentence; <see langword="null"/> where there is one.</param>
internal readonly record struct RangeReading(double Turning, double Maximum, string? Reason)
{
    // The lowest of a hundred means that scatter lies two or three of their deviations below their middle.
    private const double ClearDeviations = 4;
    private const double ClearShare = 0.01;
    private const double RiseShare = 0.1;

    // What the rate is multiplied by at a step: that of the default options, or a little more.
    private const double UsualRise = 1.125;

    /// <summary>
    /// What L_max is of L̄: in the time until a smoothed loss has clearly risen, the rate about doubles. It is less where the rate rises
    /// faster.
    /// </summary>
    public const double ShareOfTurning = 0.5;

    /// <summary>
    /// The same where the norms' statistics are kept: then nothing takes the scale of the weights out, and a rate that is too high shows
    /// only after some steps.
    /// </summary>
    public const double ShareOfTurningWithKeptNorms = 0.25;

    /// <summary>Reads a curve; a pure function of it.</summary>
    /// <param name="rates">The rates, rising.</param>
    /// <param name="losses">The losses before the updates with these rates; the last may be no number.</param>
    /// <param name="smoothed">The losses, smoothed.</param>
    /// <param name="options">The settings of the test.</param>
    /// <param name="shareOfTurning">What L_max is of L̄.</param>
    public static RangeReading Of(
        IReadOnlyList<double> rates,
        IReadOnlyList<double> losses,
        IReadOnlyList<double> smoothed,
        PlrsRangeTestOptions options,
        double shareOfTurning)
    {
        // Before so many steps, the smoothed loss is a mean of few losses, and scatters more.
        var window = options.Window;
        var start = Math.Min(window, smoothed.Count) - 1;
        var best = Enumerable.Range(start, smoothed.Count - start).Where(i => double.IsFinite(smoothed[i])).DefaultIfEmpty(start)
            .MinBy(i => smoothed[i]);
        var (first, fall) = (smoothed[start], smoothed[start] - smoothed[best]);
        var deviation = Scatter(losses, best + 1) * Math.Sqrt((1 - options.Smoothing) / (1 + options.Smoothing));
        var clear = Math.Max(ClearDeviations * deviation, ClearShare * Math.Abs(first));
        var threshold = smoothed[best] + Math.Max(clear, RiseShare * fall);
        var turn = Enumerable.Range(best, smoothed.Count - best).FirstOrDefault(i => !(smoothed[i] <= threshold), -1);
        return best <= window && !(smoothed[^1] <= first + clear)
            ? None(string.Create(
                CultureInfo.InvariantCulture,
                $"The loss turned up after {turn} steps, at the learning rate {rates[turn]:G3}, before it had fallen: " +
                $"set LowestLearningRate lower, or take more Steps."))
            : !(fall > clear) ? None(NotClear(first, fall, deviation))
            : turn < 0
                ? None(string.Create(
                    CultureInfo.InvariantCulture,
                    $"The loss still fell, or stayed low, at the highest learning rate, {rates[^1]:G3}: set HighestLearningRate higher."))
                : new RangeReading(rates[turn], shareOfTurning * ShareOfRise(rates[turn] / rates[turn - 1]) * rates[turn], null);
    }

    /// <summary>
    /// A loss grows from a rate's edge on by a factor a step that rises with the rate, so that the time until it has clearly risen goes as
    /// the root of the time in which the rate rises by some factor.
    /// </summary>
    private static double ShareOfRise(double rise) => Math.Min(1, Math.Pow(2, 1 - Math.Sqrt(Math.Log(rise) / Math.Log(UsualRise))));

    /// <summary>
    /// The standard deviation of losses about their trend: from the differences of neighbours, of which a trend makes little.
    /// </summary>
    private static double Scatter(IReadOnlyList<double> losses, int count)
    {
        var sum = 0.0;
        for (var i = 1; i < count; i++)
        {
            var difference = losses[i] - losses[i - 1];
            sum += difference * difference;
        }

        return count < 2 ? 0 : Math.Sqrt(sum / (2 * (count - 1)));
    }

    private static string NotClear(double first, double fall, double deviation) =>
        ClearDeviations * deviation > RiseShare * Math.Abs(first)
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"The loss is too noisy: its smoothed value, {first:G3} at first, fell by {fall:G3} and scatters by {deviation:G3}. " +
                $"Take larger batches, or more Steps with a higher Smoothing.")
            : string.Create(
                CultureInfo.InvariantCulture,
                $"The loss is flat: its smoothed value, {first:G3} at first, fell by no more than {fall:G3}. " +
                $"Start from weights that have something left to learn, or set HighestLearningRate higher.");

    private static RangeReading None(string reason) => new(double.NaN, double.NaN, reason);
}
