using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.ML.Trainers;
using Plrs.MLNet.Schedules;

namespace Plrs.MLNet.TensorFlow;

/// <summary>
/// Puts a schedule into the options of an ML.NET trainer that has a <see cref="LearningRateScheduler"/>. Microsoft.ML.Vision's types are
/// known by this shape only, so that nobody needs that package, or TensorFlow, to use the rest of this library.
/// </summary>
internal static class SchedulerOptions
{
    private const BindingFlags AnyInstance = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    /// <summary>Whether these are options with a scheduler, in whatever form; <see cref="WithSchedule{TOptions}"/> then says what it cannot use.</summary>
    public static bool Recognise(Type type) =>
        typeof(TrainerInputBaseWithLabel).IsAssignableFrom(type) &&
        (type.GetFields(AnyInstance).Any(field => IsScheduler(field.FieldType)) ||
         type.GetProperties(AnyInstance).Any(property => IsScheduler(property.PropertyType)));

    /// <summary>A copy of the options with a scheduler of its own for <paramref name="schedule"/>.</summary>
    /// <exception cref="InvalidOperationException">The options have no scheduler.</exception>
    /// <exception cref="NotSupportedException">The options have a scheduler, but not in a public field.</exception>
    public static TOptions WithSchedule<TOptions>(TOptions options, ILearningRateSchedule schedule)
        where TOptions : TrainerInputBaseWithLabel
    {
        var type = options.GetType();
        if (!Recognise(type))
        {
            throw new InvalidOperationException($"{type.FullName} takes no learning-rate schedule: it has no {nameof(LearningRateScheduler)}.");
        }

        var field = Array.Find(type.GetFields(), field => IsScheduler(field.FieldType) && !field.IsInitOnly)
            ?? throw UnknownShape.Of(type, $"a public field of type {nameof(LearningRateScheduler)}");
        var copy = Copy(options);
        field.SetValue(copy, new ScheduleLearningRateScheduler(type.GetField("Epoch")?.GetValue(options) is int epochs ? schedule.WithLengthOfRun(epochs) : schedule));
        return copy;
    }

    /// <summary>
    /// Copies the options, and the objects in them whose types the trainer declares: ML.NET's EarlyStopping counts epochs in itself, and
    /// training with the copy must not reach back into the original.
    /// </summary>
    private static TOptions Copy<TOptions>(TOptions options)
        where TOptions : TrainerInputBaseWithLabel
    {
        var copy = (TOptions)MemberwiseClone(options);
        var trainer = options.GetType().DeclaringType;
        foreach (var field in options.GetType().GetFields().Where(field => trainer is not null && field.FieldType.DeclaringType == trainer))
        {
            if (field.GetValue(options) is { } value and not (Enum or Delegate))
            {
                field.SetValue(copy, MemberwiseClone(value));
            }
        }

        return copy;
    }

    private static bool IsScheduler(Type type) => typeof(LearningRateScheduler).IsAssignableFrom(type);

    [UnsafeAccessor(UnsafeAccessorKind.Method)]
    private static extern object MemberwiseClone(object value);
}
