namespace TrainOnFolder;

/// <summary>The learning-rate schedules to choose from.</summary>
internal enum ScheduleName
{
    Plrs,
    Constant,
    Cosine,
    Knee,
    MultiStep,
    OneCycle,
}
