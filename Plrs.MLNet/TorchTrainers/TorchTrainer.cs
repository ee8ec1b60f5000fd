using Microsoft.ML;
using Microsoft.ML.Transforms;
using Plrs.MLNet.MLNetTrainers;
using Plrs.MLNet.Schedules;

namespace Plrs.MLNet.TorchTrainers;

/// <summary>
/// Gives a schedule to a trainer of Microsoft.ML.TorchSharp. What trains is made anew in each <c>Fit</c>, with a schedule welded in: an
/// <see cref="InnerTrainer"/>, which an <see cref="ObservedHost"/> gets to see before its first step.
/// </summary>
internal static class TorchTrainer
{
    private const string PackageName = "Microsoft.ML.TorchSharp";
    private const string Known = PackageName + " 0.23";
    private const string EpochsOption = "MaxEpoch";

    /// <summary>Whether this is such a trainer: of that package, or of its shape.</summary>
    public static bool Recognise(Type type) =>
        type.Assembly.GetName().Name == PackageName ||
        (type.Assembly.GetReferencedAssemblies().Any(reference => reference.Name == nameof(TorchSharp))
            && Members.NestedTypesOf(type).Any(InnerTrainer.Recognise));

    /// <summary>
    /// A new trainer with copied options. A schedule without a seed gets that of the trainer's <see cref="MLContext"/>, if it has one.
    /// </summary>
    /// <exception cref="NotSupportedException">The trainer is not made as expected; or the schedule has no bounds yet.</exception>
    public static IEstimator<ITransformer> WithSchedule(IEstimator<ITransformer> trainer, ILearningRateSchedule schedule)
    {
        UnboundedPlrs.Refuse(schedule, trainer.GetType().FullName!);
        var parts = new TrainerParts(trainer, typeof(TransformInputBase).IsAssignableFrom, Known);
        var options = Members.CopyOptions(parts.Options);
        var seeded = parts.WithSeed(schedule);
        var known = Members.FieldsOf(options.GetType()).FirstOrDefault(field => field.Name == EpochsOption)?.GetValue(options) is int epochs
            ? seeded.WithLengthOfRun(epochs)
            : seeded.OfKnownLength(nameof(schedule));
        return parts.Make(options, host => new ObservedHost(
            host,
            found: inner => inner.Use(known, options),
            notFound: () => UnknownShape(trainer.GetType(), "an inner trainer that its progress channel gets to see")));
    }

    /// <summary>The error for what is not made as expected.</summary>
    public static NotSupportedException UnknownShape(Type type, string expected) => MLNetTrainers.UnknownShape.Of(type, expected, Known);
}
