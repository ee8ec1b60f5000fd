using Plrs.MLNet.Randomness;

namespace Plrs.MLNet.Training;

/// <summary>
/// How mixup (Zhang et al. 2018) mixes a batch with itself: a share that each image keeps, and the partner that it gets the rest from. Both
/// depend on the seed and the step alone.
/// </summary>
/// <param name="Share">λ, from ½ to 1.</param>
/// <param name="Partners">The place of each image's partner in the batch, all places in a random order.</param>
internal readonly record struct Mixup(double Share, int[] Partners)
{
    public static Mixup Draw(double alpha, int images, int seed, long step)
    {
        int[] partners = [.. Enumerable.Range(0, images)];
        Shuffle.InPlace(partners, seed, RandomStream.MixupPartners, step);
        return new Mixup(DrawShare(alpha, seed, step), partners);
    }

    /// <summary>
    /// The larger of λ and 1 − λ, λ from Beta(α, α): which image of a pair is called the other's partner is of no account. Symmetric beta
    /// numbers of any α come from two uniform ones (Devroye, "Random variate generation in one line of code", 1996).
    /// </summary>
    public static double DrawShare(double alpha, int seed, long step)
    {
        var radius = Math.Pow(1 - Philox4x32.Uniform(seed, RandomStream.Mixup, step), -1 / alpha) - 1;
        var cosine = Math.Cos(Math.Tau * Philox4x32.Uniform(seed, RandomStream.Mixup, step, item: 1));
        return 0.5 + (0.5 / Math.Sqrt(1 + (1 / (radius * cosine * cosine))));
    }
}
