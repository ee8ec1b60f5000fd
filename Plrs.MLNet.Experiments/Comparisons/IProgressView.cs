namespace Plrs.MLNet.Experiments.Comparisons;

/// <summary>Shows how far the runs are.</summary>
internal interface IProgressView
{
    /// <summary>Tells what the library warns of.</summary>
    void Warn(string message);

    void Begin(RunRecord record, ExperimentSettings settings);

    void EpochDone(RunRecord record, ExperimentSettings settings);

    void Finished(RunRecord record, ExperimentSettings settings);
}
