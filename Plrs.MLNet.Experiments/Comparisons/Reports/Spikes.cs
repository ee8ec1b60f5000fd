namespace Plrs.MLNet.Experiments.Comparisons.Reports;

/// <summary>
/// Counts the spikes of a training: a step is one whose loss is above the mean of the losses of the 50 steps before it by more than five of
/// their standard deviations. The 50 steps after it belong to it, and are not looked at; neither are the first 50 of the run.
/// </summary>
internal static class Spikes
{
    public const int Window = 50;
    public const int Deviations = 5;

    public static int Count(IReadOnlyList<float?> losses)
    {
        var spikes = 0;
        for (var i = Window; i < losses.Count; i++)
        {
            if (IsSpike(losses, i))
            {
                spikes++;
                i += Window;
            }
        }

        return spikes;
    }

    private static bool IsSpike(IReadOnlyList<float?> losses, int index)
    {
        var before = new Sample(
            [.. Enumerable.Range(index - Window, Window).Select(i => losses[i]).OfType<float>().Select(loss => (double)loss)]);
        return losses[index] > before.Mean + (Deviations * before.StandardDeviation);
    }
}
