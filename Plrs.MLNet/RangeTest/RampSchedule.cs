using System.Globalization;
using Plrs.MLNet.Schedules;

namespace Plrs.MLNet.RangeTest;

/// <summary>
/// The rates of a sweep: from the lowest at step 0 to the highest at step N − 1, η = L·(H/L)^(i/(N−1)), or η = L + (H − L)·i/(N−1) when
/// linear. Past it the rate stays the highest.
/// </summary>
internal sealed record RampSchedule(double Lowest, double Highest, int Steps, bool IsLinear) : ILearningRateSchedule
{
    public static RampSchedule Of(PlrsRangeTestOptions options) =>
        new(options.LowestLearningRate, options.HighestLearningRate, options.Steps, options.IsLinear);

    public double GetLearningRate(TrainingStep step) => GetLearningRate(step.Index);

    public double GetLearningRate(long step)
    {
        var done = Math.Min(1, (double)step / (Steps - 1));
        return done == 1 ? Highest
            : IsLinear ? Lowest + ((Highest - Lowest) * done)
            : Lowest * Math.Pow(Highest / Lowest, done);
    }

    public override string ToString() =>
        string.Create(
            CultureInfo.InvariantCulture, $"range test, {Lowest} to {Highest} in {Steps} {(IsLinear ? "equal" : "exponential")} steps");
}
