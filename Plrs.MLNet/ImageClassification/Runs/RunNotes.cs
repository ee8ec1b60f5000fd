using Plrs.MLNet.Training;

namespace Plrs.MLNet.ImageClassification;

/// <summary>What a run takes note of for its record, as it happens.</summary>
/// <param name="History">The epochs.</param>
/// <param name="Rates">The learning rates of the steps.</param>
/// <param name="Parts">What was different before a checkpoint.</param>
internal sealed record RunNotes(HistoryObserver History, RatesObserver Rates, PartsObserver Parts)
{
    public static RunNotes Of(TrainingRun run) => new(
        new HistoryObserver(), new RatesObserver(), new PartsObserver(steps => RecordMaker.Part(run, steps)));
}
