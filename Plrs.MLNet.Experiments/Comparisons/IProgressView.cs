namespace Plrs.MLNet.Experiments.Comparisons;

/// <summary>Shows how far the runs are.</summary>
internal interface IProgressView
{
    void Begin(RunRecord record, ExperimentSettings settings);

    void EpochDone(RunRecord record, ExperimentSettings settings);

    void Finished(RunRecord record, ExperimentSettings settings);
}
