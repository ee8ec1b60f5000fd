namespace Plrs.MLNet.Schedules;

/// <summary>The quantile function of the standard normal distribution.</summary>
internal static class NormalQuantile
{
    /// <summary>
    /// Where a share of the distribution lies below: Acklam's rational approximation (2003), to within 1.2e-9 of the value.
    /// </summary>
    /// <param name="share">The share, from 0 to 1.</param>
    public static double At(double share)
    {
        const double Tail = 0.02425;
        if (share > 0.5)
        {
            return -At(1 - share);
        }

        if (share >= Tail)
        {
            var q = share - 0.5;
            var r = q * q;
            return q
                * ((((((((((-39.69683028665376 * r) + 220.9460984245205) * r) - 275.9285104469687) * r) + 138.357751867269) * r)
                    - 30.66479806614716) * r) + 2.506628277459239)
                / ((((((((((-54.47609879822406 * r) + 161.5858368580409) * r) - 155.6989798598866) * r) + 66.80131188771972) * r)
                    - 13.28068155288572) * r) + 1);
        }

        var t = Math.Sqrt(-2 * Math.Log(share));
        return
            ((((((((((-0.007784894002430293 * t) - 0.3223964580411365) * t) - 2.400758277161838) * t) - 2.549732539343734) * t)
                + 4.374664141464968) * t) + 2.938163982698783)
            / ((((((((0.007784695709041462 * t) + 0.3224671290700398) * t) + 2.445134137142996) * t) + 3.754408661907416) * t) + 1);
    }

    /// <summary>The share that lies below a place: the same function, the other way round, by halving.</summary>
    /// <param name="place">The place, at most 0.</param>
    public static double ShareBelow(double place)
    {
        var (low, high) = (0.0, 0.5);
        for (var middle = (low + high) / 2; middle > low && middle < high; middle = (low + high) / 2)
        {
            (low, high) = At(middle) < place ? (middle, high) : (low, middle);
        }

        return low;
    }
}
