namespace TensorDecomposition;

/// <summary>The gradient of Σ_{i≠j} T(u_i, u_i, u_j, u_j) by each u_i.</summary>
internal static class Gradients
{
    /// <summary>By the tensor itself: 4 Σ_k (a_k·u_i) (Σ_{j≠i} (a_k·u_j)²) a_k.</summary>
    public static double[][] Exact(OrthogonalTensor tensor, double[][] u)
    {
        var gradient = Zeros(u);
        foreach (var component in tensor.Components)
        {
            AddProducts(gradient, u, component, factor: 4);
        }

        return gradient;
    }

    /// <summary>
    /// By samples y, whose expectation is the exact one: 2 Σ_{j≠i} (|u_j|² u_i + 2(u_i·u_j) u_j − (y·u_j)² (y·u_i) y), the mean over the
    /// samples.
    /// </summary>
    public static double[][] Sampled(OrthogonalTensor tensor, double[][] u, RandomNumbers samples, int count)
    {
        var gradient = Zeros(u);
        for (var i = 0; i < u.Length; i++)
        {
            for (var j = 0; j < u.Length; j++)
            {
                if (j != i)
                {
                    Vectors.Add(gradient[i], 2 * Vectors.Dot(u[j], u[j]), u[i]);
                    Vectors.Add(gradient[i], 4 * Vectors.Dot(u[i], u[j]), u[j]);
                }
            }
        }

        var y = new double[u.Length];
        for (var sample = 0; sample < count; sample++)
        {
            tensor.Sample(samples, y);
            AddProducts(gradient, u, y, factor: -2.0 / count);
        }

        return gradient;
    }

    /// <summary>Adds a multiple of Σ_{j≠i} (v·u_j)² (v·u_i) v to each gradient.</summary>
    private static void AddProducts(double[][] gradient, double[][] u, double[] v, double factor)
    {
        var squares = 0.0;
        foreach (var vector in u)
        {
            var along = Vectors.Dot(v, vector);
            squares += along * along;
        }

        for (var i = 0; i < u.Length; i++)
        {
            var along = Vectors.Dot(v, u[i]);
            Vectors.Add(gradient[i], factor * (squares - (along * along)) * along, v);
        }
    }

    private static double[][] Zeros(double[][] u) => [.. u.Select(vector => new double[vector.Length])];
}
