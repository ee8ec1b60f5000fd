namespace Plrs.MLNet.Training;

/// <summary>The error of a training that <c>StopToken</c> or <c>TimeBudget</c> ended before there was a model: nothing is wrong, and nothing is lost.</summary>
public sealed class TrainingStoppedException : InvalidOperationException
{
    internal TrainingStoppedException(string ending)
        : base($"Training was stopped before its first step, so there is no model: {ending}.")
    {
    }
}
