using Plrs.MLNet.Common;

namespace Plrs.MLNet.Training;

/// <summary>The stages of a training in words.</summary>
internal static class StageText
{
    /// <summary>What is about to be done.</summary>
    public static string Beginning(StageProgress progress) => (progress.Stage, progress.All - progress.Done) switch
    {
        (TrainingStage.ReadingImages, { } images) => $"reading {Quantity.Of(images, "image")}",
        (TrainingStage.ReadingImages, null) => "reading images",
        (TrainingStage.RangeTest, { } steps) => $"finding the bounds of PLRS by a range test of at most {Quantity.Of(steps, "step")}",
        (TrainingStage.ComputingFeatures, { } images) => $"computing the features of {Quantity.Of(images, "image")}",
        (TrainingStage.TrainingHead, { } epochs) => $"training the head on features for {Quantity.Of(epochs, "epoch")}",
        _ => Name(progress.Stage),
    };

    /// <summary>How far it has come.</summary>
    public static string GoingOn(StageProgress progress)
    {
        var of = progress.All is { } all ? FormattableString.Invariant($" of {all}") : "";
        return FormattableString.Invariant($"{Name(progress.Stage)}: {progress.Done}{of} {Unit(progress.Stage)}");
    }

    private static string Name(TrainingStage stage) => stage switch
    {
        TrainingStage.ReadingImages => "reading",
        TrainingStage.RangeTest => "range test",
        TrainingStage.ComputingFeatures => "computing features",
        _ => "training the head",
    };

    private static string Unit(TrainingStage stage) => stage switch
    {
        TrainingStage.RangeTest => "steps at most",
        TrainingStage.TrainingHead => "epochs",
        _ => "images",
    };
}
