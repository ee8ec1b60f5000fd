namespace TensorDecomposition;

/// <summary>What a run came to.</summary>
/// <param name="Components">The tensor's components.</param>
/// <param name="Found">The unit vectors that were found for them.</param>
/// <param name="Errors">The normalised reconstruction error before the first iteration and after each.</param>
internal sealed record Run(double[][] Components, double[][] Found, double[] Errors)
{
    private const int LastIterations = 100;

    /// <summary>
    /// The number of iterations after which the error is below a limit for the first time; <see langword="null"/> where it never is.
    /// </summary>
    public int? IterationsTo(double limit) => Array.FindIndex(Errors, error => error < limit) is >= 0 and var first ? first : null;

    /// <summary>The mean error of the last 100 iterations.</summary>
    public double LastError => Errors.TakeLast(LastIterations).Average();

    /// <summary>The share of iterations in which the error rose, of those until it is below a limit: 0 is the smoothest.</summary>
    public double ShareOfRises(double limit)
    {
        var count = IterationsTo(limit) ?? Errors.Length - 1;
        return Enumerable.Range(0, count).Count(i => Errors[i + 1] > Errors[i]) / (double)count;
    }

    /// <summary>
    /// For each component, how close the nearest of the found vectors is to it or its opposite: the absolute cosine, 1 where they are
    /// equal.
    /// </summary>
    public double[] Cosines() => [.. Components.Select(component => Found.Max(found => Math.Abs(Vectors.Dot(component, found))))];
}
