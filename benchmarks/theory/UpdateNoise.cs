using Plrs.MLNet.Schedules;
using TensorDecomposition;

namespace Plrs.MLNet.Theory;

/// <summary>
/// Lemma 1: a step is x − η_c·∇f(x) + w, where w = −u·(∇f(x) + n) − η_c·n is the update noise, η = η_c + u the rate, and n the gradient's
/// noise. Its mean is 0.
/// </summary>
internal static class UpdateNoise
{
    /// <summary>Draws w many times at one place.</summary>
    /// <param name="gradient">∇f(x); w depends on nothing else of f and x.</param>
    /// <param name="schedule">PLRS, each of whose steps is one draw; η_c is the middle of its bounds.</param>
    /// <param name="sigma">σ, of noise as in <see cref="Walk"/>.</param>
    /// <param name="draws">How many.</param>
    /// <param name="seed">The seed of the noise.</param>
    public static Measurement Measure(double[] gradient, PlrsSchedule schedule, double sigma, int draws, int seed)
    {
        var random = new RandomNumbers(seed, stream: 1);
        var middle = (schedule.MinimumLearningRate + schedule.MaximumLearningRate) / 2;
        var deviation = sigma / Math.Sqrt(gradient.Length);
        var (sums, squares) = (new double[gradient.Length], new double[gradient.Length]);
        var running = new List<(double Draws, Estimate First)>();
        var next = 10.0;
        for (var draw = 1; draw <= draws; draw++)
        {
            var rate = schedule.GetLearningRate(new TrainingStep(draw - 1, stepsPerEpoch: 1));
            for (var i = 0; i < gradient.Length; i++)
            {
                var w = (middle * gradient[i]) - (rate * (gradient[i] + (deviation * random.Normal())));
                sums[i] += w;
                squares[i] += w * w;
            }

            if (draw >= next)
            {
                running.Add((draw, Estimate.Of(sums[0], squares[0], draw)));
                next *= 1.15;
            }
        }

        return new([.. sums.Zip(squares, (sum, square) => Estimate.Of(sum, square, draws))], squares.Sum() / draws, running);
    }

    /// <summary>What <see cref="Measure"/> found.</summary>
    /// <param name="Means">The mean of each entry of w.</param>
    /// <param name="SquaredLength">The mean of ‖w‖².</param>
    /// <param name="Running">The mean of the first entry after some draws, and after more.</param>
    internal sealed record Measurement(Estimate[] Means, double SquaredLength, List<(double Draws, Estimate First)> Running);
}
