namespace Plrs.MLNet.Training;

/// <summary>Tells a user's observers what comes before the session on images.</summary>
internal static class ToldStages
{
    /// <summary>Tells how far a stage has come.</summary>
    public static void Tell(this IReadOnlyList<ITrainingObserver> observers, TrainingStage stage, long done, long? all)
    {
        if (observers.Count > 0)
        {
            var progress = new StageProgress { Stage = stage, Done = done, All = all };
            foreach (var observer in observers)
            {
                observer.OnStage(progress);
            }
        }
    }

    public static void TellSkipped(this IReadOnlyList<ITrainingObserver> observers, SkippedImage image)
    {
        foreach (var observer in observers)
        {
            observer.OnImageSkipped(image);
        }
    }
}
