namespace Plrs.MLNet;

/// <summary>What to do when training diverges: when the loss becomes NaN or infinite, or the last step's weights do.</summary>
public enum DivergenceAction
{
    /// <summary>
    /// Throw an <see cref="InvalidOperationException"/> that names the step and its rates, the best epoch, and the last good checkpoint.
    /// </summary>
    Throw,

    /// <summary>Return the model of the best epoch, with a warning in the log; throw where no epoch was done before.</summary>
    ReturnBest,
}
