namespace Plrs.MLNet;

/// <summary>What reports on a training: observers, TensorBoard, signs of instability. The trained weights do not depend on it.</summary>
/// <example>
/// <code>options.Reporting.TensorBoardFolder = "logs/first-run";</code>
/// </example>
public sealed class ReportingOptions
{
    /// <summary>
    /// Observers of one's own, called in their order after
    /// <see cref="TorchImageClassificationTrainer.Options.MetricsCallback"/>: see <see cref="ITrainingObserver"/>. Default: none.
    /// </summary>
    public IReadOnlyList<ITrainingObserver> Observers { get; set; } = [];

    /// <summary>
    /// A folder for a file that TensorBoard shows while the network trains: loss, accuracy and learning rate by step, and the metrics of
    /// the epochs and of the validation. Each <c>Fit</c> writes a file of its own; runs to compare want folders of their own. The folder is
    /// made if it does not exist. Default <see langword="null"/>: none.
    /// </summary>
    public string? TensorBoardFolder { get; set; }

    /// <summary>
    /// What is watched for while the network trains, and reported by <see cref="ITrainingObserver.OnInstability"/> and in the log. Default:
    /// all of it. <see cref="InstabilitySignals.None"/> turns it off.
    /// </summary>
    public InstabilitySignals InstabilitySignals { get; set; } = new();

    internal ReportingOptions Clone() => (ReportingOptions)MemberwiseClone();
}
