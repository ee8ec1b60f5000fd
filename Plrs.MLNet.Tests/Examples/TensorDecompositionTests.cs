using TensorDecomposition;

namespace Plrs.MLNet.Tests.Examples;

/// <summary>The arithmetic of examples/TensorDecomposition, on a few short runs.</summary>
[TestClass]
public sealed class TensorDecompositionTests
{
    private const int Dimension = 10;

    private static readonly Descent Plrs = Comparison.Methods[0];

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    public void PlrsFindsTheComponentsUpToTheirSigns(int seed)
    {
        var run = Plrs.Execute(seed, iterations: 500, batchSize: 500);

        Assert.IsGreaterThan(1.0, run.Errors[0]);
        Assert.IsLessThan(0.05, run.LastError);
        foreach (var component in run.Components)
        {
            var cosines = run.Found.Select(found => Math.Abs(Vectors.Dot(component, found))).Order().ToArray();
            Assert.IsGreaterThan(0.98, cosines[^1]);
            Assert.IsLessThan(0.2, cosines[^2]);
        }

        Assert.AreEqual(
            run.Cosines().Min(), run.Components.Min(component => run.Found.Max(found => Math.Abs(Vectors.Dot(component, found)))));
    }

    [TestMethod]
    public void TheSameSeedGivesTheSameFigures()
    {
        foreach (var method in Comparison.Methods)
        {
            var comparison = Comparison.Of(method, seeds: 2, iterations: 20, batchSize: 10);

            CollectionAssert.AreEqual(comparison.TableRow(), Comparison.Of(method, seeds: 2, iterations: 20, batchSize: 10).TableRow());
            CollectionAssert.AreEqual(comparison.Runs[1].Errors, method.Execute(seed: 2, iterations: 20, batchSize: 10).Errors);
            CollectionAssert.AreNotEqual(comparison.Runs[0].Errors, comparison.Runs[1].Errors);
        }
    }

    [TestMethod]
    public void WithoutSamplesOnlyTheAddedNoiseKeepsTheErrorUp()
    {
        double[] errors =
        [
            .. Comparison.Methods[..3].Select(method => method.Execute(seed: 1, iterations: 600, batchSize: null).LastError),
        ];

        Assert.IsLessThan(1e-9, errors[0]);
        Assert.IsLessThan(1e-9, errors[1]);
        Assert.IsInRange(1e-5, 1e-2, errors[2]);
    }

    [TestMethod]
    public void TheErrorIsThatOfTheWholeTensors()
    {
        var random = new RandomNumbers(seed: 3, stream: 0);
        var tensor = new OrthogonalTensor(Dimension, random);
        var u = Vectors.OnSphere(Dimension, Dimension, random);
        var (difference, all) = (0.0, 0.0);
        for (var entry = 0; entry < Dimension * Dimension * Dimension * Dimension; entry++)
        {
            var (i, j, k, l) = (entry / 1000, entry / 100 % 10, entry / 10 % 10, entry % 10);
            var expected = tensor.Components.Sum(a => a[i] * a[j] * a[k] * a[l]);
            difference += Math.Pow(expected - u.Sum(a => a[i] * a[j] * a[k] * a[l]), 2);
            all += expected * expected;
        }

        Assert.AreEqual(difference / all, tensor.Error(u), 1e-10);
        Assert.AreEqual(0, tensor.Error(tensor.Components), 1e-12);
    }

    [TestMethod]
    public void TheGradientIsThatOfTheObjectiveAndOfTheSamplesMean()
    {
        var random = new RandomNumbers(seed: 4, stream: 0);
        var tensor = new OrthogonalTensor(Dimension, random);
        var u = Vectors.OnSphere(Dimension, Dimension, random);

        var exact = Gradients.Exact(tensor, u);
        var sampled = Gradients.Sampled(tensor, u, random, count: 200_000);

        for (var i = 0; i < Dimension; i++)
        {
            for (var j = 0; j < Dimension; j++)
            {
                const double Small = 1e-5;
                var before = u[i][j];
                u[i][j] = before + Small;
                var above = Objective(tensor, u);
                u[i][j] = before - Small;
                var below = Objective(tensor, u);
                u[i][j] = before;
                Assert.AreEqual((above - below) / (2 * Small), exact[i][j], 1e-6);

                // A sample's entry has a standard deviation of about 20, the mean's is 0.045.
                Assert.AreEqual(exact[i][j], sampled[i][j], 0.25);
            }
        }
    }

    private static double Objective(OrthogonalTensor tensor, double[][] u) => tensor.Components.Sum(component =>
    {
        double[] squares = [.. u.Select(vector => Math.Pow(Vectors.Dot(component, vector), 2))];
        return Math.Pow(squares.Sum(), 2) - squares.Sum(square => square * square);
    });
}
