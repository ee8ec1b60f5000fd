using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using Plrs.MLNet.Common;
using Plrs.MLNet.Schedules;

namespace Plrs.MLNet.MLNetTrainers;

/// <summary>
/// What a trainer of ML.NET's is made of, found by its shape, so that nobody needs its package to use the rest of this library: options,
/// host, and the internal constructor that makes another one of it.
/// </summary>
internal sealed class TrainerParts
{
    private readonly IHost _host;
    private readonly FieldInfo _hostField;
    private readonly ConstructorInfo _constructor;

    /// <summary>Takes a trainer apart; it is unchanged.</summary>
    /// <param name="trainer">The trainer.</param>
    /// <param name="areOptions">Tells its options by their type.</param>
    /// <param name="known">The package whose trainers have this shape, with the version.</param>
    /// <exception cref="NotSupportedException">The trainer is not made as expected.</exception>
    public TrainerParts(IEstimator<ITransformer> trainer, Func<Type, bool> areOptions, string known)
    {
        var type = trainer.GetType();
        var optionsField = Members.FieldOf(type, areOptions) ?? throw UnknownShape.Of(type, "a field with its options", known);
        _hostField = Members.FieldOf(type, typeof(IHost).IsAssignableFrom)
            ?? throw UnknownShape.Of(type, $"a field with its {nameof(IHost)}", known);
        _host = (IHost)_hostField.GetValue(trainer)!;
        Options = optionsField.GetValue(trainer)!;
        _constructor = Array.Find(type.GetConstructors(Members.AnyInstance), TakesOptions)
            ?? throw UnknownShape.Of(type, $"a constructor ({nameof(IHostEnvironment)}, {Options.GetType().Name})", known);
    }

    /// <summary>The trainer's options.</summary>
    public object Options { get; }

    /// <summary>A schedule without a seed gets that of the trainer's <see cref="MLContext"/>, if it has one.</summary>
    public ILearningRateSchedule WithSeed(ILearningRateSchedule schedule) => Seed is { } seed ? schedule.WithDefaultSeed(seed) : schedule;

    /// <summary>A new trainer of the same type, whose host knows what the given one's does.</summary>
    /// <param name="options">Its options.</param>
    /// <param name="wrap">What takes the place of its host; <see langword="null"/> for the host itself.</param>
    public IEstimator<ITransformer> Make(object options, Func<IHost, IHost>? wrap = null)
    {
        // The environment's own random numbers stay as they are where there is a seed to register with.
        var environment = _host.RegisterWithFolder(nameof(TrainerParts), Seed);
        var made = (IEstimator<ITransformer>)_constructor.Invoke(BindingFlags.DoNotWrapExceptions, null, [environment, options], null);
        var host = (IHost)_hostField.GetValue(made)!;
        host.UseFolderOf(_host);
        if (wrap is not null)
        {
            _hostField.SetValue(made, wrap(host));
        }

        return made;
    }

    private int? Seed => ((IHostEnvironmentInternal)_host).Seed;

    private bool TakesOptions(ConstructorInfo constructor) =>
        constructor.GetParameters() is [var environment, var options] &&
        environment.ParameterType == typeof(IHostEnvironment) &&
        options.ParameterType.IsInstanceOfType(Options);
}
