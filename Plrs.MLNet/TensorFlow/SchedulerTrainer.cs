using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;
using Plrs.MLNet.Schedules;

namespace Plrs.MLNet.TensorFlow;

/// <summary>
/// Gives a schedule to an ML.NET trainer whose options have a <see cref="LearningRateScheduler"/>, as a new trainer of its type made by its
/// internal constructor, so that also a trainer built without a scheduler gets one. See <see cref="SchedulerOptions"/>.
/// </summary>
internal static class SchedulerTrainer
{
    private const BindingFlags AnyInstance = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    /// <summary>Whether this is a trainer with a scheduler, in whatever form; <see cref="WithSchedule"/> then says what it cannot use.</summary>
    public static bool Recognise(Type type) =>
        FieldOf(type, SchedulerOptions.Recognise) is not null ||
        type.GetNestedTypes(BindingFlags.Public | BindingFlags.NonPublic).Any(SchedulerOptions.Recognise);

    /// <summary>A new trainer with copied options. A schedule without a seed gets that of the trainer's <see cref="MLContext"/>, if it has one.</summary>
    /// <exception cref="NotSupportedException">The trainer is not made as expected.</exception>
    public static IEstimator<ITransformer> WithSchedule(IEstimator<ITransformer> trainer, ILearningRateSchedule schedule)
    {
        var type = trainer.GetType();
        var optionsField = FieldOf(type, SchedulerOptions.Recognise) ?? throw UnknownShape.Of(type, "a field with its options");
        var hostField = FieldOf(type, typeof(IHost).IsAssignableFrom) ?? throw UnknownShape.Of(type, $"a field with its {nameof(IHost)}");
        var constructor = type.GetConstructor(AnyInstance, [typeof(IHostEnvironment), optionsField.FieldType])
            ?? throw UnknownShape.Of(type, $"a constructor ({nameof(IHostEnvironment)}, {optionsField.FieldType.Name})");

        var host = (IHost)hostField.GetValue(trainer)!;
        var seeded = ((IHostEnvironmentInternal)host).Seed is { } seed ? schedule.WithDefaultSeed(seed) : schedule;
        var options = SchedulerOptions.WithSchedule((TrainerInputBaseWithLabel)optionsField.GetValue(trainer)!, seeded);
        ForgetTemporaryWorkspace(trainer, options);
        return (IEstimator<ITransformer>)constructor.Invoke(BindingFlags.DoNotWrapExceptions, null, [EnvironmentLike(host), options], null);
    }

    /// <summary>An environment like that of the given trainer, whose own random numbers stay as they are when there is a seed to register with.</summary>
    private static IHost EnvironmentLike(IHost host)
    {
        var settings = (IHostEnvironmentInternal)host;
        var environment = host.Register(nameof(SchedulerTrainer), settings.Seed);
        ((IHostEnvironmentInternal)environment).TempFilePath = settings.TempFilePath; // The one setting that registering loses.
        return environment;
    }

    /// <summary>
    /// A workspace that the given trainer made for itself, and will delete after its training, is not handed on: the new trainer then
    /// makes, and deletes, its own. A workspace that the user chose stays.
    /// </summary>
    private static void ForgetTemporaryWorkspace(object trainer, object options)
    {
        if (trainer.GetType().GetField("_cleanupWorkspace", AnyInstance)?.GetValue(trainer) is true)
        {
            options.GetType().GetField("WorkspacePath")?.SetValue(options, null);
        }
    }

    private static FieldInfo? FieldOf(Type? type, Func<Type, bool> isWanted)
    {
        for (; type is not null; type = type.BaseType)
        {
            if (Array.Find(type.GetFields(AnyInstance | BindingFlags.DeclaredOnly), field => isWanted(field.FieldType)) is { } field)
            {
                return field;
            }
        }

        return null;
    }
}
