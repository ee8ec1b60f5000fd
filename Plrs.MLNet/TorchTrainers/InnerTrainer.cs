using System.Reflection;
using Plrs.MLNet.MLNetTrainers;
using Plrs.MLNet.Schedules;
using static TorchSharp.torch.optim;
using static TorchSharp.torch.optim.lr_scheduler;

namespace Plrs.MLNet.TorchTrainers;

/// <summary>
/// The object that does the training in one <c>Fit</c> of an ML.NET trainer on TorchSharp. It has the optimizer, the number of rows and a
/// scheduler; the trainer that is fitted has the options.
/// </summary>
internal sealed class InnerTrainer
{
    private readonly object _trainer;
    private readonly FieldInfo[] _fields;

    private InnerTrainer(object trainer)
    {
        _trainer = trainer;
        _fields = [.. Members.FieldsOf(trainer.GetType())];
    }

    /// <summary>Whether objects of this type are such trainers.</summary>
    public static bool Recognise(Type type) => Members.FieldsOf(type).Any(IsScheduler);

    /// <summary>The inner trainer that a delegate closes over; <see langword="null"/> where there is none.</summary>
    public static InnerTrainer? Behind(Delegate closure) => closure.Target is { } variables
        ? Members.FieldsOf(variables.GetType())
            .Select(field => field.GetValue(variables))
            .Where(value => value is not null && Recognise(value.GetType()))
            .Select(value => new InnerTrainer(value!))
            .FirstOrDefault()
        : null;

    /// <summary>
    /// The optimizer, wherever the trainer keeps it: a wrapper of its own, which it steps, may have it besides a field of a base.
    /// </summary>
    /// <exception cref="NotSupportedException">There is no optimizer, or several are there.</exception>
    public Optimizer Optimizer
    {
        get => OptimizerPlaces().Select(place => (Optimizer)place.Get()!).Distinct().ToList() is [var only]
            ? only
            : throw TorchTrainer.UnknownShape(_trainer.GetType(), "one optimizer");
        set
        {
            foreach (var place in OptimizerPlaces())
            {
                place.Set(value);
            }
        }
    }

    /// <summary>Lets a schedule set the rate of every step, and nothing else set any.</summary>
    /// <param name="schedule">The schedule.</param>
    /// <param name="options">The options of the trainer that is fitted.</param>
    /// <exception cref="NotSupportedException">The inner trainer is not made as expected.</exception>
    /// <exception cref="InvalidOperationException">The schedule gave a rate that is negative or not finite.</exception>
    public void Use(ILearningRateSchedule schedule, object options)
    {
        RestoreBetas(options);
        Optimizer = new ScheduledOptimizer(Optimizer, schedule, StepsPerEpoch(options));
        foreach (var field in _fields.Where(IsScheduler))
        {
            field.SetValue(_trainer, new IdleScheduler());
        }
    }

    /// <summary>
    /// The constructor of the trainer's OneCycleLR, before anybody could stop it, set Adam's first beta to a value of its cycle.
    /// </summary>
    private void RestoreBetas(object options)
    {
        if (options.GetType().GetField("AdamBetas")?.GetValue(options) is IReadOnlyList<double> betas)
        {
            foreach (var group in Optimizer.ParamGroups.OfType<IBetas>())
            {
                group.Betas = (betas[0], betas[1]);
            }
        }
    }

    private int StepsPerEpoch(object options)
    {
        var rows = Array.Find(_fields, field => field.FieldType == typeof(int) && field.Name.EndsWith("RowCount", StringComparison.Ordinal))
            ?? throw TorchTrainer.UnknownShape(_trainer.GetType(), "a number of rows");
        var batch = options.GetType().GetField("BatchSize")?.GetValue(options) as int? ?? 1;
        return Math.Max(1, (int)Math.Ceiling((double)(int)rows.GetValue(_trainer)! / batch));
    }

    private IEnumerable<(Func<object?> Get, Action<object> Set)> OptimizerPlaces()
    {
        foreach (var field in _fields)
        {
            if (typeof(Optimizer).IsAssignableFrom(field.FieldType))
            {
                yield return (() => field.GetValue(_trainer), optimizer => field.SetValue(_trainer, optimizer));
            }
            else if (WrappedOptimizer(field.FieldType) is { } property && field.GetValue(_trainer) is { } wrapper)
            {
                yield return (() => property.GetValue(wrapper), optimizer => property.SetValue(wrapper, optimizer));
            }
        }
    }

    private static PropertyInfo? WrappedOptimizer(Type wrapper) =>
        Array.Find(wrapper.GetProperties(Members.AnyInstance), property => property.PropertyType == typeof(Optimizer) && property.CanWrite);

    private static bool IsScheduler(FieldInfo field) => typeof(LRScheduler).IsAssignableFrom(field.FieldType);
}
