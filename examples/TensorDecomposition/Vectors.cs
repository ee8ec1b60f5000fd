namespace TensorDecomposition;

/// <summary>The little of vector arithmetic that is needed.</summary>
internal static class Vectors
{
    public static double Dot(double[] a, double[] b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++)
        {
            sum += a[i] * b[i];
        }

        return sum;
    }

    /// <summary>Adds a multiple of one vector to another.</summary>
    public static void Add(double[] target, double factor, double[] source)
    {
        for (var i = 0; i < target.Length; i++)
        {
            target[i] += factor * source[i];
        }
    }

    /// <summary>Scales a vector to the length of 1.</summary>
    public static void Normalize(double[] vector)
    {
        var length = Math.Sqrt(Dot(vector, vector));
        for (var i = 0; i < vector.Length; i++)
        {
            vector[i] /= length;
        }
    }

    /// <summary>Vectors whose directions are uniformly random, of length 1.</summary>
    public static double[][] OnSphere(int count, int dimension, RandomNumbers random)
    {
        var vectors = new double[count][];
        for (var i = 0; i < count; i++)
        {
            vectors[i] = new double[dimension];
            for (var j = 0; j < dimension; j++)
            {
                vectors[i][j] = random.Normal();
            }

            Normalize(vectors[i]);
        }

        return vectors;
    }
}
