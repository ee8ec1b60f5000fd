using Plrs.MLNet.RangeTest;
using Plrs.MLNet.Torch;
using Plrs.MLNet.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Plrs.MLNet;

/// <summary>
/// The learning-rate range test for training loops of one's own: it raises the rate step by step, watches the loss, and proposes bounds for
/// PLRS. For a trainer of this library there is <c>mlContext.MulticlassClassification.FindPlrsBounds</c>.
/// </summary>
/// <example>
/// <code>
/// var bounds = PlrsRangeTest.RunNetwork(network, parameters => torch.optim.SGD(parameters, 0.1), () => Loss(network, NextBatch()));
/// bounds.SavePlot("range-test.svg");
/// var scheduler = new PlrsLR(optimizer, bounds.MinimumLearningRate, bounds.MaximumLearningRate);
/// </code>
/// </example>
public static class PlrsRangeTest
{
    /// <summary>Makes one sweep with a function that makes the steps. What it changes is the caller's to put back.</summary>
    /// <param name="step">
    /// Makes one step with a learning rate, and gives the loss before its update, as a number of the same kind in each step. NaN or
    /// infinity ends the sweep.
    /// </param>
    /// <param name="options">
    /// The settings, of which <see cref="PlrsRangeTestOptions.Seeds"/> means nothing here; <see langword="null"/> for the defaults.
    /// </param>
    /// <returns>The proposal.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of its range.</exception>
    /// <exception cref="OperationCanceledException">The <see cref="PlrsRangeTestOptions.StopToken"/> asked to stop.</exception>
    public static PlrsBounds Run(Func<double, double> step, PlrsRangeTestOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(step);
        return Run(options, _ => step, seeds: 1);
    }

    /// <summary>Makes sweeps with several seeds.</summary>
    /// <param name="createStep">
    /// Gets a seed, from 0 on, and gives what makes the steps of a sweep from the start: a function of the learning rate to the loss before
    /// the update.
    /// </param>
    /// <param name="options">The settings; <see langword="null"/> for the defaults.</param>
    /// <returns>The proposal.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of its range.</exception>
    /// <exception cref="OperationCanceledException">The <see cref="PlrsRangeTestOptions.StopToken"/> asked to stop.</exception>
    public static PlrsBounds RunSeeds(Func<int, Func<double, double>> createStep, PlrsRangeTestOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(createStep);
        return Run(options, createStep);
    }

    /// <summary>
    /// Makes sweeps with a TorchSharp network, each from the weights that it has, which it has again in the end. Each has an optimizer of
    /// its own, so that the one that trains later keeps its state.
    /// </summary>
    /// <param name="network">The network; its weights and buffers are put back.</param>
    /// <param name="createOptimizer">
    /// Makes the optimizer of a sweep for the network's parameters; its learning rates are set before each step, those of all groups to the
    /// same.
    /// </param>
    /// <param name="loss">
    /// Computes the loss of the next batch, a scalar with a gradient. Each sweep goes on in the batches where the one before it ended.
    /// </param>
    /// <param name="options">The settings; <see langword="null"/> for the defaults.</param>
    /// <returns>The proposal.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of its range.</exception>
    /// <exception cref="OperationCanceledException">The <see cref="PlrsRangeTestOptions.StopToken"/> asked to stop.</exception>
    public static PlrsBounds RunNetwork(
        nn.Module network,
        Func<IEnumerable<Parameter>, optim.Optimizer> createOptimizer,
        Func<Tensor> loss,
        PlrsRangeTestOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(createOptimizer);
        ArgumentNullException.ThrowIfNull(loss);
        using var gradients = new Gradients();
        using var start = new WeightsSnapshot(network, hasAllBuffers: true);
        start.Take();
        optim.Optimizer? optimizer = null;
        try
        {
            return Run(options, _ =>
            {
                optimizer?.Dispose();
                start.Restore();
                optimizer = createOptimizer(network.parameters());
                return Step;
            });
        }
        finally
        {
            optimizer?.Dispose();
            network.zero_grad();
            start.Restore();
        }

        double Step(double rate)
        {
            using var scope = NewDisposeScope();
            foreach (var group in optimizer!.ParamGroups)
            {
                group.LearningRate = rate;
            }

            optimizer.zero_grad();
            var value = loss();
            value.backward();
            optimizer.step();
            return value.to_type(ScalarType.Float64).item<double>();
        }
    }

    /// <summary>Makes sweeps and reads them.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="firstSeed">The seed of the first sweep; each one's is one more than that of the one before.</param>
    /// <param name="sweep">Makes the steps of a sweep.</param>
    /// <param name="seeds">The number of sweeps, or <see langword="null"/> for that of the settings.</param>
    /// <param name="shareOfTurning">What L_max is of L̄.</param>
    internal static PlrsBounds Run(
        PlrsRangeTestOptions options, int firstSeed, Action<RangeTestSweep> sweep, int? seeds = null,
        double shareOfTurning = RangeReading.ShareOfTurning)
    {
        options.Validate();
        var curves = new List<RangeTestCurve>();
        for (var i = 0; i < (seeds ?? options.Seeds); i++)
        {
            var losses = new RangeTestSweep(options, unchecked(firstSeed + i), shareOfTurning);
            sweep(losses);
            curves.Add(losses.ToCurve());
        }

        return new PlrsBounds(curves, options.MinimumRatio);
    }

    private static PlrsBounds Run(PlrsRangeTestOptions? options, Func<int, Func<double, double>> createStep, int? seeds = null)
    {
        var settings = options ?? new PlrsRangeTestOptions();
        return Run(settings, firstSeed: 0, Sweep, seeds);

        void Sweep(RangeTestSweep losses)
        {
            var step = createStep(losses.Seed);
            while (!losses.IsDone)
            {
                settings.StopToken.ThrowIfCancellationRequested();
                losses.Add(step(losses.NextRate));
            }
        }
    }
}
