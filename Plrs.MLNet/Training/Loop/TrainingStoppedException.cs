using Plrs.MLNet.Training;

namespace Plrs.MLNet;

/// <summary>
/// The error of a training that <see cref="StoppingOptions.Token"/> or <see cref="StoppingOptions.TimeBudget"/> ended before there was a
/// model: nothing is wrong, and nothing is lost.
/// </summary>
public sealed class TrainingStoppedException : InvalidOperationException
{
    internal TrainingStoppedException(StopCause cause)
        : base($"Training was stopped before its first step, so there is no model: {cause.Text}.")
    {
        Reason = cause.Reason;
    }

    /// <summary>What stopped it.</summary>
    public StopReason Reason { get; }
}
