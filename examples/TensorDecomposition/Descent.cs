using Plrs.MLNet.Schedules;

namespace TensorDecomposition;

/// <summary>
/// Minimises Σ_{i≠j} T(u_i, u_i, u_j, u_j) over unit vectors u_1..u_d: by steps along the gradient, after each of which the u_i are scaled
/// to length 1 again.
/// </summary>
/// <param name="Name">The method's name.</param>
/// <param name="Schedule">The schedule for a seed.</param>
/// <param name="HasNoise">
/// Whether a random vector of length 1 is added to the gradient at every step: noisy SGD as Ge et al. have it.
/// </param>
internal sealed record Descent(string Name, Func<int, ILearningRateSchedule> Schedule, bool HasNoise = false)
{
    private const int Dimension = 10;

    /// <summary>One run. The tensor, the start and the samples depend on the seed alone: they are the same for all methods.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="iterations">The number of steps.</param>
    /// <param name="batchSize">The samples of a step; <see langword="null"/> for the exact gradient.</param>
    public Run Execute(int seed, int iterations, int? batchSize)
    {
        var start = new RandomNumbers(seed, stream: 0);
        var samples = new RandomNumbers(seed, stream: 1);
        var noise = new RandomNumbers(seed, stream: 2);
        var tensor = new OrthogonalTensor(Dimension, start);
        var u = Vectors.OnSphere(Dimension, Dimension, start);
        var schedule = Schedule(seed);
        var errors = new double[iterations + 1];
        errors[0] = tensor.Error(u);
        for (var i = 0; i < iterations; i++)
        {
            var gradient = batchSize is { } count ? Gradients.Sampled(tensor, u, samples, count) : Gradients.Exact(tensor, u);
            if (HasNoise)
            {
                AddUnitVector(gradient, noise);
            }

            var rate = schedule.GetLearningRate(new TrainingStep(i, stepsPerEpoch: 1));
            for (var k = 0; k < Dimension; k++)
            {
                Vectors.Add(u[k], -rate, gradient[k]);
                Vectors.Normalize(u[k]);
            }

            errors[i + 1] = tensor.Error(u);
        }

        return new Run(tensor.Components, u, errors);
    }

    /// <summary>Adds a vector of length 1, of random direction among all that the u_i make up together.</summary>
    private static void AddUnitVector(double[][] gradient, RandomNumbers noise)
    {
        var vector = Vectors.OnSphere(1, Dimension * Dimension, noise)[0];
        for (var i = 0; i < Dimension; i++)
        {
            Vectors.Add(gradient[i], 1, vector[(i * Dimension)..((i + 1) * Dimension)]);
        }
    }
}
