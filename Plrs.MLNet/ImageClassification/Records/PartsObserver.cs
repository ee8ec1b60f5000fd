using Plrs.MLNet.Records;
using Plrs.MLNet.Training;

namespace Plrs.MLNet.ImageClassification;

/// <summary>
/// Keeps what was different before a checkpoint that a run goes on from: the run itself knows nothing of it. Parts that differ in nothing
/// are one.
/// </summary>
/// <param name="present">Describes the run after some steps.</param>
internal sealed class PartsObserver(Func<long, PartRecord> present) : TrainingObserver
{
    /// <summary>The most parts that are kept, the last ones.</summary>
    public const int MostParts = 20;

    private IReadOnlyList<PartRecord> _earlier = [];
    private long _steps;

    public override string StateName => "Parts";

    public override bool IsStateOptional => true;

    /// <summary>The parts before the present one that differ from what came next.</summary>
    public IReadOnlyList<PartRecord> Earlier => [.. Merged([.. _earlier, present(_steps)]).SkipLast(1).TakeLast(MostParts)];

    public override void WriteState(BinaryWriter writer) => writer.Write(RecordJson.Write([.. Earlier, present(_steps)]));

    public override void ReadState(BinaryReader reader) => _earlier = RecordJson.ReadParts(reader.ReadString());

    public override void OnResumed(SessionResumed resumed) => _steps = resumed.Session.State.Steps;

    public override void OnStepDone(in StepDone done) => _steps = done.Step.Index + 1;

    private static List<PartRecord> Merged(IReadOnlyList<PartRecord> parts)
    {
        var merged = new List<PartRecord>();
        foreach (var part in parts)
        {
            if (merged.Count > 0 && Facts(merged[^1]) == Facts(part))
            {
                merged.RemoveAt(merged.Count - 1);
            }

            merged.Add(part);
        }

        return merged;
    }

    private static string Facts(PartRecord part) => RecordJson.Write([new PartRecord
    {
        Schedule = part.Schedule,
        WeightAveraging = part.WeightAveraging,
        RangeTest = part.RangeTest,
        Versions = part.Versions,
        Machine = part.Machine,
    }]);
}
