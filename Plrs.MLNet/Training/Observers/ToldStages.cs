namespace Plrs.MLNet.Training.Observers;

/// <summary>Tells a user's observers how far a stage has come.</summary>
internal static class ToldStages
{
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
}
