using Microsoft.ML;

namespace Plrs.MLNet;

/// <summary>Makes ML.NET's own way of cancelling reachable.</summary>
public static class MLContextExtensions
{
    /// <summary>
    /// Asks everything that runs on this context to stop: a training in progress ends with an
    /// <see cref="OperationCanceledException"/> after its current step. ML.NET keeps this method internal.
    /// </summary>
    /// <param name="mlContext">The context; it cannot be used for another training afterwards.</param>
    public static void CancelExecution(this MLContext mlContext)
    {
        ArgumentNullException.ThrowIfNull(mlContext);
        mlContext.CancelExecution();
    }
}
