namespace Plrs.MLNet;

/// <summary>
/// What ends a training before its last epoch, besides <see cref="TorchImageClassificationTrainer.Options.EarlyStoppingCriteria"/>.
/// </summary>
/// <example>
/// <code>options.Stopping.TimeBudget = TimeSpan.FromMinutes(30);</code>
/// </example>
public sealed class StoppingOptions
{
    /// <summary>
    /// When cancelled, training stops after its current step, or batch of the validation, and <c>Fit</c> returns the best model so far:
    /// that of the best epoch with <see cref="TorchImageClassificationTrainer.Options.EarlyStoppingCriteria"/>, else, or before the first
    /// epoch's end, the current one. If the head is trained first, it is part of that model, as far as it has come. Before the first step
    /// there is no model, and <c>Fit</c> throws a <see cref="TrainingStoppedException"/>. It also throws when it is cancelled while images
    /// are loaded or features are made, and so does a run that is to be resumed. Checkpoints are written from the first step on images.
    /// Default: never.
    /// </summary>
    public CancellationToken Token { get; set; }

    /// <summary>
    /// The wall-clock time from the start of <c>Fit</c>, loading of the images included, after which it stops as by <see cref="Token"/>:
    /// more than zero. A resumed run has it anew. Default <see langword="null"/>: no limit.
    /// </summary>
    public TimeSpan? TimeBudget { get; set; }

    /// <summary>
    /// What to do when the loss becomes NaN or infinite, or the weights do: <see cref="DivergenceAction.ReturnBest"/> needs
    /// <see cref="TorchImageClassificationTrainer.Options.EarlyStoppingCriteria"/>, which remember the best epoch. Default
    /// <see cref="DivergenceAction.Throw"/>.
    /// </summary>
    public DivergenceAction OnDivergence { get; set; }

    internal StoppingOptions Clone() => (StoppingOptions)MemberwiseClone();
}
