namespace Plrs.MLNet.Schedules;

/// <summary>Something that runs a learning-rate schedule, such as a trainer. It knows itself how to take another one.</summary>
/// <typeparam name="TSelf">What comes back: the type itself, or a base of it.</typeparam>
internal interface ISchedulable<out TSelf>
{
    /// <summary>The same with another schedule; this one is unchanged.</summary>
    TSelf WithSchedule(ILearningRateSchedule schedule);
}
