namespace TensorDecomposition;

/// <summary>
/// T = Σ a_i⊗a_i⊗a_i⊗a_i with orthonormal a_i, which is known only by samples (Ge et al. 2015). It is never formed: all that is asked of it
/// follows from the a_i.
/// </summary>
internal sealed class OrthogonalTensor
{
    public OrthogonalTensor(int dimension, RandomNumbers random)
    {
        Components = Vectors.OnSphere(dimension, dimension, random);
        for (var i = 0; i < dimension; i++)
        {
            for (var j = 0; j < i; j++)
            {
                Vectors.Add(Components[i], -Vectors.Dot(Components[i], Components[j]), Components[j]);
            }

            Vectors.Normalize(Components[i]);
        }
    }

    /// <summary>The a_i, which are to be found.</summary>
    public double[][] Components { get; }

    /// <summary>
    /// A sample y = Σ ±a_i with random signs, as in independent component analysis. ½(Z − y⊗y⊗y⊗y) has the expectation T, where Z is known:
    /// Z(u, u, v, v) = |u|²·|v|² + 2(u·v)².
    /// </summary>
    public void Sample(RandomNumbers random, double[] y)
    {
        Array.Clear(y);
        var signs = random.Bits();
        for (var i = 0; i < Components.Length; i++)
        {
            Vectors.Add(y, (signs >> i & 1) == 0 ? 1 : -1, Components[i]);
        }
    }

    /// <summary>‖T − Σ u_i⊗u_i⊗u_i⊗u_i‖² / ‖T‖², by (u⊗u⊗u⊗u)·(v⊗v⊗v⊗v) = (u·v)⁴.</summary>
    public double Error(double[][] u)
    {
        var error = (double)Components.Length;
        foreach (var vector in u)
        {
            error += u.Sum(other => Math.Pow(Vectors.Dot(vector, other), 4))
                - (2 * Components.Sum(component => Math.Pow(Vectors.Dot(vector, component), 4)));
        }

        // At the components themselves, rounding can leave less than nothing.
        return Math.Max(0, error / Components.Length);
    }
}
