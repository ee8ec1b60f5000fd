using Plrs.MLNet.Common;
using Plrs.MLNet.Torch;
using TorchSharp;
using TorchSharp.Modules;

namespace Plrs.MLNet;

/// <summary>
/// The optimizer that turns gradients into weight updates: <see cref="SgdOptions"/>, <see cref="AdamOptions"/> or
/// <see cref="AdamWOptions"/>.
/// </summary>
public abstract record OptimizerOptions
{
    private protected OptimizerOptions()
    {
    }

    /// <summary>
    /// Whether weight decay also acts on the parameters of norms and on biases, which are those of fewer than two dimensions. Default
    /// <see langword="true"/>, as in TorchSharp and PyTorch; many recipes leave them out.
    /// </summary>
    public bool DecaysNormsAndBiases { get; init; } = true;

    /// <summary>The number of tensors as large as the weights that it remembers from step to step.</summary>
    internal abstract int StateTensors { get; }

    /// <summary>Makes the optimizer of some groups, each with its own share of the rate.</summary>
    internal abstract torch.optim.Optimizer Create(IEnumerable<ParameterGroup> groups, double learningRate);

    /// <summary>Takes note of the settings that are out of their ranges.</summary>
    internal abstract void Validate(OptionErrors errors);

    private protected static void CheckNotNegative(OptionErrors errors, double value, string name) =>
        errors.Check(double.IsFinite(value) && value >= 0, value, $"Optimizer.{name}", "a finite number of at least 0");

    private protected static void CheckBelowOne(OptionErrors errors, double value, string name) =>
        errors.Check(value is >= 0 and < 1, value, $"Optimizer.{name}", "at least 0 and less than 1");
}

/// <summary>Stochastic gradient descent. Its defaults are plain SGD, as in the paper's experiments: no momentum, no weight decay.</summary>
public sealed record SgdOptions : OptimizerOptions
{
    /// <summary>The momentum, at least 0 and less than 1. Default 0.</summary>
    public double Momentum { get; init; }

    /// <summary>The dampening of the momentum, at least 0 and less than 1. Default 0.</summary>
    public double Dampening { get; init; }

    /// <summary>The weight decay (L2 penalty), at least 0. Default 0.</summary>
    public double WeightDecay { get; init; }

    /// <summary>
    /// Whether to use Nesterov's momentum, which needs a momentum above 0 and no dampening. Default <see langword="false"/>.
    /// </summary>
    public bool Nesterov { get; init; }

    internal override int StateTensors => Momentum == 0 ? 0 : 1;

    internal override torch.optim.Optimizer Create(IEnumerable<ParameterGroup> groups, double learningRate) =>
        new SgdOptimizer(
            groups.Select(group => new SGD.ParamGroup(
                [group.All], learningRate * group.Plan.RateFactor, Momentum, Dampening, group.Plan.WeightDecay ?? WeightDecay, Nesterov)),
            learningRate);

    internal override void Validate(OptionErrors errors)
    {
        CheckBelowOne(errors, Momentum, nameof(Momentum));
        CheckBelowOne(errors, Dampening, nameof(Dampening));
        CheckNotNegative(errors, WeightDecay, nameof(WeightDecay));
        errors.Together(Nesterov && (Momentum == 0 || Dampening != 0), "Optimizer.Nesterov needs a Momentum above 0 and a Dampening of 0.");
    }
}

/// <summary>Adam (Kingma and Ba 2015).</summary>
public record AdamOptions : OptimizerOptions
{
    /// <summary>The decay of the mean of the gradients, at least 0 and less than 1. Default 0.9.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>The decay of the mean of the squared gradients, at least 0 and less than 1. Default 0.999.</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>Added to the denominator, above 0. Default 1e-8.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>
    /// The weight decay, at least 0: an L2 penalty here, decoupled from the gradient in <see cref="AdamWOptions"/>. Default 0.
    /// </summary>
    public double WeightDecay { get; init; }

    internal override int StateTensors => 2;

    internal override torch.optim.Optimizer Create(IEnumerable<ParameterGroup> groups, double learningRate) =>
        new AdamOptimizer(
            groups.Select(group => new Adam.ParamGroup(
                [group.All], learningRate * group.Plan.RateFactor, Beta1, Beta2, Epsilon, group.Plan.WeightDecay ?? WeightDecay)),
            learningRate);

    internal override void Validate(OptionErrors errors)
    {
        CheckBelowOne(errors, Beta1, nameof(Beta1));
        CheckBelowOne(errors, Beta2, nameof(Beta2));
        CheckNotNegative(errors, WeightDecay, nameof(WeightDecay));
        errors.Check(double.IsFinite(Epsilon) && Epsilon > 0, Epsilon, "Optimizer.Epsilon", "a finite number above 0");
    }
}

/// <summary>
/// AdamW (Loshchilov and Hutter 2019): <see cref="AdamOptions"/> with the weight decay decoupled from the gradient, 0.01 by default.
/// </summary>
public sealed record AdamWOptions : AdamOptions
{
    /// <summary>AdamW with a weight decay of 0.01.</summary>
    public AdamWOptions()
    {
        WeightDecay = 0.01;
    }

    internal override torch.optim.Optimizer Create(IEnumerable<ParameterGroup> groups, double learningRate) =>
        new AdamWOptimizer(
            groups.Select(group => new AdamW.ParamGroup(
                [group.All], learningRate * group.Plan.RateFactor, Beta1, Beta2, Epsilon, group.Plan.WeightDecay ?? WeightDecay)),
            learningRate);
}
