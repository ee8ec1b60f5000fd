using Plrs.MLNet.Schedules;
using static TorchSharp.torch.optim;

namespace Plrs.MLNet.Torch;

/// <summary>
/// PLRS on a TorchSharp optimizer: at every step a rate drawn uniformly from [L_min, L_max]. Short for a <see cref="ScheduleLR"/> with a
/// <see cref="PlrsSchedule"/>, whose rates do not depend on the number of steps in an epoch.
/// </summary>
/// <example>
/// <code>
/// var scheduler = new PlrsLR(optimizer, minimumLearningRate: 0.07, maximumLearningRate: 0.1, seed: 1);
/// </code>
/// </example>
public sealed class PlrsLR : ScheduleLR
{
    /// <summary>Starts PLRS on an optimizer and sets the rates of step 0.</summary>
    /// <param name="optimizer">The optimizer whose rates are set.</param>
    /// <param name="minimumLearningRate">L_min, greater than 0.</param>
    /// <param name="maximumLearningRate">L_max, greater than L_min.</param>
    /// <param name="seed">The seed of the draws.</param>
    /// <exception cref="ArgumentNullException"><paramref name="optimizer"/> is null.</exception>
    /// <exception cref="ArgumentException">The optimizer has no parameter group, or several whose initial rates give no ratio.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is not in its range.</exception>
    public PlrsLR(Optimizer optimizer, double minimumLearningRate, double maximumLearningRate, int seed = 0)
        : base(optimizer, new PlrsSchedule(minimumLearningRate, maximumLearningRate, seed), stepsPerEpoch: 1)
    {
    }
}
