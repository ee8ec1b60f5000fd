
namespace Plrs.MLNet.Experiments.Plots;

/// <summary>Where the points of a training's curves stand, and the numbers at an axis.</summary>
internal static class TrainingCurves
{
    /// <summary>What was measured during an epoch is a mean over it, and stands at its middle.</summary>
    public static (double[] Epochs, double[] Values) During(
        IReadOnlyList<ImageClassificationMetrics> metrics, Func<ImageClassificationMetrics, double> figure) =>
        ([.. metrics.Select(epoch => epoch.Epoch + 0.5)], [.. metrics.Select(figure)]);

    /// <summary>What was measured with the weights that an epoch left stands at its end.</summary>
    public static (double[] Epochs, double[] Values) After(
        IReadOnlyList<ImageClassificationMetrics> metrics, Func<ImageClassificationMetrics, double> figure) =>
        ([.. metrics.Select(epoch => epoch.Epoch + 1.0)], [.. metrics.Select(figure)]);

    /// <summary>
    /// Round numbers from 0 on, a few of them: steps of 1, 2 or 5 times a power of ten. The last is the first that is not below a maximum.
    /// </summary>
    /// <param name="maximum">The largest value to show, above 0.</param>
    /// <param name="mostSteps">The most steps between them.</param>
    public static double[] RoundTicks(double maximum, int mostSteps = 5)
    {
        var power = (int)Math.Floor(Math.Log10(maximum / mostSteps));
        var (factor, unit) = new[] { (1, power), (2, power), (5, power), (1, power + 1) }
            .First(step => Step(step) * mostSteps >= maximum * (1 - 1e-9));
        var steps = (int)Math.Ceiling((maximum / Step((factor, unit))) - 1e-9);
        return [.. Enumerable.Range(0, steps + 1).Select(i => Step((i * factor, unit)))];

        // 3 · 10⁻³ as 3 / 1000, which is the number that is written 0.003.
        static double Step((int Factor, int Power) step) =>
            step.Power < 0 ? step.Factor / Math.Pow(10, -step.Power) : step.Factor * Math.Pow(10, step.Power);
    }
}
