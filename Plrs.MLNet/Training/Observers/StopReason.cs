namespace Plrs.MLNet;

/// <summary>Why a training made no more steps.</summary>
public enum StopReason
{
    /// <summary>All epochs are done.</summary>
    Completed,

    /// <summary>The epochs no longer improved: see <see cref="EarlyStopping"/>.</summary>
    EarlyStopping,

    /// <summary><see cref="StoppingOptions.Token"/> was cancelled.</summary>
    StopToken,

    /// <summary><see cref="StoppingOptions.TimeBudget"/> was used up.</summary>
    TimeBudget,

    /// <summary>The training diverged, and the model is that of the best epoch: see <see cref="DivergenceAction.ReturnBest"/>.</summary>
    Diverged,
}
