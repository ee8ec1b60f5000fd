using Microsoft.ML;
using Microsoft.ML.Runtime;
using Plrs.MLNet.MLNetTrainers;
using Plrs.MLNet.TorchTrainers;
using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace Plrs.MLNet.Tests.TorchTrainers;

/// <summary>What the optimizer had when it made a step.</summary>
internal readonly record struct RecordedStep(double LearningRate, double? Beta1);

/// <summary>An optimizer that writes down what it makes each step with.</summary>
internal sealed class RecordingOptimizer(Optimizer optimizer, List<RecordedStep> steps) : DelegatingOptimizer(optimizer)
{
    /// <summary>Lets the innermost optimizer of a trainer record every step of its trainings from now on.</summary>
    public static List<RecordedStep> In(IEstimator<ITransformer> trainer)
    {
        var steps = new List<RecordedStep>();
        var hostField = Members.FieldOf(trainer.GetType(), typeof(IHost).IsAssignableFrom)!;
        hostField.SetValue(trainer, new ObservedHost(
            (IHost)hostField.GetValue(trainer)!,
            found: inner => inner.Optimizer = new RecordingOptimizer(inner.Optimizer, steps),
            notFound: () => new AssertFailedException("The inner trainer is not to be seen.")));
        return steps;
    }

    public override Tensor? step(Func<Tensor>? closure = null)
    {
        var group = ParamGroups.Single();
        steps.Add(new RecordedStep(group.LearningRate, (group as IBetas)?.Betas.Item1));
        return base.step(closure);
    }
}
