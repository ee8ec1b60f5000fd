using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Trainers;
using Plrs.MLNet.Common;
using Plrs.MLNet.MLNetTrainers;
using Plrs.MLNet.Schedules;

namespace Plrs.MLNet.TensorFlow;

/// <summary>
/// Gives a schedule to an ML.NET trainer whose options have a <see cref="LearningRateScheduler"/>, as a new trainer of its type made by its
/// internal constructor, so that also a trainer built without a scheduler gets one. See <see cref="SchedulerOptions"/>.
/// </summary>
internal static class SchedulerTrainer
{
    /// <summary>
    /// Whether this is a trainer with a scheduler, in whatever form; <see cref="WithSchedule"/> then says what it cannot use.
    /// </summary>
    public static bool Recognise(Type type) =>
        Members.FieldOf(type, SchedulerOptions.Recognise) is not null ||
        type.GetNestedTypes(BindingFlags.Public | BindingFlags.NonPublic).Any(SchedulerOptions.Recognise);

    /// <summary>
    /// A new trainer with copied options. A schedule without a seed gets that of the trainer's <see cref="MLContext"/>, if it has one.
    /// </summary>
    /// <exception cref="NotSupportedException">The trainer is not made as expected.</exception>
    public static IEstimator<ITransformer> WithSchedule(IEstimator<ITransformer> trainer, ILearningRateSchedule schedule)
    {
        var parts = new TrainerParts(trainer, SchedulerOptions.Recognise, SchedulerOptions.Known);
        var options = SchedulerOptions.WithSchedule((TrainerInputBaseWithLabel)parts.Options, parts.WithSeed(schedule));
        ForgetTemporaryWorkspace(trainer, options);
        return parts.Make(options);
    }

    /// <summary>
    /// A workspace that the given trainer made for itself is not handed on: the new trainer makes, and deletes after its training, its own.
    /// The given one's is deleted now where nothing is in it, for most trainers are not used again; ML.NET's <c>Fit</c> makes it anew.
    /// A workspace that the user chose stays.
    /// </summary>
    private static void ForgetTemporaryWorkspace(object trainer, object options)
    {
        if (trainer.GetType().GetField("_cleanupWorkspace", Members.AnyInstance)?.GetValue(trainer) is not true ||
            options.GetType().GetField("WorkspacePath") is not { } field ||
            field.GetValue(options) is not string workspace)
        {
            return;
        }

        field.SetValue(options, null);
        try
        {
            Directory.Delete(workspace);
        }
        catch (Exception e) when (FileFailure.Is(e))
        {
            // It is in use, or gone.
        }
    }
}
