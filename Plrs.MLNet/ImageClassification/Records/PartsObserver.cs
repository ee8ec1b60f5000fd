using Plrs.MLNet.Records;
using Plrs.MLNet.Training;

namespace Plrs.MLNet.ImageClassification;

/// <summary>
/// Keeps what was different before a checkpoint that a run goes on from: the run itself knows nothing of it. Parts that differ in nothing
/// are one.
/// </summary>
/// <param name="present">Describes the run after some steps.</param>
internal sealed class PartsObserver(Func<long, EarlierPart> present) : TrainingObserver
{
    /// <summary>The most parts that are kept, the last ones.</summary>
    public const int MostParts = 20;

    private IReadOnlyList<EarlierPart> _earlier = [];
    private long _steps;

    public override string StateName => "Parts";

    public override bool IsStateOptional => true;

    /// <summary>The parts before the present one that differ from what came next.</summary>
    public IReadOnlyList<EarlierPart> Earlier => [.. Merged([.. _earlier, present(_steps)]).SkipLast(1).TakeLast(MostParts)];

    public override void WriteState(BinaryWriter writer) => writer.Write(RecordJson.Write([.. Earlier, present(_steps)]));

    public override void ReadState(BinaryReader reader) => _earlier = RecordJson.ReadParts(reader.ReadString());

    public override void OnResumed(SessionResumed resumed) => _steps = resumed.Session.State.Steps;

    public override void OnStepDone(in StepDone done) => _steps = done.Step.Index + 1;

    private static List<EarlierPart> Merged(IReadOnlyList<EarlierPart> parts)
    {
        var merged = new List<EarlierPart>();
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

    private static string Facts(EarlierPart part) => RecordJson.Write([new EarlierPart
    {
        Schedule = part.Schedule,
        WeightAveraging = part.WeightAveraging,
        RangeTest = part.RangeTest,
        Versions = part.Versions,
        Machine = part.Machine,
    }]);
}
