using Microsoft.ML.Trainers;
using Plrs.MLNet.MLNetTrainers;
using Plrs.MLNet.Schedules;

namespace Plrs.MLNet.TensorFlow;

/// <summary>
/// Puts a schedule into the options of an ML.NET trainer that has a <see cref="LearningRateScheduler"/>. Microsoft.ML.Vision's types are
/// known by this shape only, so that nobody needs that package, or TensorFlow, to use the rest of this library.
/// </summary>
internal static class SchedulerOptions
{
    /// <summary>The package whose shape is known.</summary>
    public const string Known = "Microsoft.ML.Vision 5.x";

    /// <summary>
    /// Whether these are options with a scheduler, in whatever form; <see cref="WithSchedule{TOptions}"/> then says what it cannot use.
    /// </summary>
    public static bool Recognise(Type type) =>
        typeof(TrainerInputBaseWithLabel).IsAssignableFrom(type) &&
        (type.GetFields(Members.AnyInstance).Any(field => IsScheduler(field.FieldType)) ||
         type.GetProperties(Members.AnyInstance).Any(property => IsScheduler(property.PropertyType)));

    /// <summary>A copy of the options with a scheduler of its own for <paramref name="schedule"/>.</summary>
    /// <exception cref="InvalidOperationException">The options have no scheduler.</exception>
    /// <exception cref="NotSupportedException">
    /// The options have a scheduler, but not in a public field; or the schedule has no bounds yet.
    /// </exception>
    public static TOptions WithSchedule<TOptions>(TOptions options, ILearningRateSchedule schedule)
        where TOptions : TrainerInputBaseWithLabel
    {
        var type = options.GetType();
        if (!Recognise(type))
        {
            throw new InvalidOperationException(
                $"{type.FullName} takes no learning-rate schedule: it has no {nameof(LearningRateScheduler)}.");
        }

        UnboundedPlrs.Refuse(schedule, type.FullName!);
        var field = Array.Find(type.GetFields(), field => IsScheduler(field.FieldType) && !field.IsInitOnly)
            ?? throw UnknownShape.Of(type, $"a public field of type {nameof(LearningRateScheduler)}", Known);
        var copy = Members.CopyOptions(options);
        field.SetValue(
            copy,
            new ScheduleLearningRateScheduler(
                type.GetField("Epoch")?.GetValue(options) is int epochs ? schedule.WithLengthOfRun(epochs) : schedule));
        return copy;
    }

    private static bool IsScheduler(Type type) => typeof(LearningRateScheduler).IsAssignableFrom(type);
}
