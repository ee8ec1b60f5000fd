using System.Globalization;
using System.Text;
using Plrs.MLNet.Common;
using Plrs.MLNet.RangeTest;
using Plrs.MLNet.Schedules;

namespace Plrs.MLNet;

/// <summary>The bounds that a learning-rate range test proposes for PLRS, with the curves behind them; or why there are none.</summary>
/// <remarks>
/// L̄ is the rate at which the smoothed loss has risen from its lowest value by a tenth of its fall, or by four standard deviations of its
/// scatter where that is more. L_max is half of it, because a loss that has clearly risen had turned up before, or a quarter where a
/// fine-tuning keeps the norms' statistics, less where the rate rises by more than an eighth a step, rounded down to two digits. L_min is
/// <see cref="PlrsRangeTestOptions.MinimumRatio"/> times L_max. Of several sweeps, the lower median counts.
/// </remarks>
public sealed class PlrsBounds
{
    private const double CloseSpread = 2;
    private const double WideSpread = 4;

    private readonly double _minimum;
    private readonly double _maximum;
    private readonly double _turning;

    internal PlrsBounds(IReadOnlyList<RangeTestCurve> curves, double minimumRatio)
    {
        Curves = curves;
        var usable = curves.Where(curve => curve.IsUsable).ToArray();
        if (2 * usable.Length <= curves.Count)
        {
            Reason = string.Join(
                ' ',
                curves.Where(curve => !curve.IsUsable)
                    .Select(curve => curves.Count == 1 ? curve.Reason : Invariant($"Seed {curve.Seed}: {curve.Reason}")));
            Spread = double.NaN;
            return;
        }

        _maximum = RoundDown(LowerMedian(usable.Select(curve => curve.MaximumLearningRate)));
        _minimum = RoundDown(minimumRatio * _maximum);
        _turning = LowerMedian(usable.Select(curve => curve.TurningLearningRate));
        Spread = usable.Max(curve => curve.MaximumLearningRate) / usable.Min(curve => curve.MaximumLearningRate);
        Confidence = usable.Length < curves.Count || Spread > WideSpread ? RangeTestConfidence.Low
            : curves.Count == 1 || Spread > CloseSpread ? RangeTestConfidence.Medium
            : RangeTestConfidence.High;
    }

    /// <summary>Whether there are bounds.</summary>
    public bool IsUsable => Reason is null;

    /// <summary>Why there are no bounds, and what to do; <see langword="null"/> where there are some.</summary>
    public string? Reason { get; }

    /// <summary>L_min, the proposed lower end of the interval.</summary>
    /// <exception cref="InvalidOperationException">There is no usable range; the message is the <see cref="Reason"/>.</exception>
    public double MinimumLearningRate => Known(_minimum);

    /// <summary>L_max, the proposed upper end of the interval.</summary>
    /// <exception cref="InvalidOperationException">There is no usable range; the message is the <see cref="Reason"/>.</exception>
    public double MaximumLearningRate => Known(_maximum);

    /// <summary>L̄, the rate at which the smoothed loss has turned up.</summary>
    /// <exception cref="InvalidOperationException">There is no usable range; the message is the <see cref="Reason"/>.</exception>
    public double TurningLearningRate => Known(_turning);

    /// <summary>How far the sweeps agree.</summary>
    public RangeTestConfidence Confidence { get; }

    /// <summary>The highest of the sweeps' maxima over the lowest, at least 1; NaN without a usable range.</summary>
    public double Spread { get; }

    /// <summary>The sweeps, in the order of their seeds.</summary>
    public IReadOnlyList<RangeTestCurve> Curves { get; }

    /// <summary>Makes the schedule with these bounds.</summary>
    /// <param name="seed">
    /// The seed of the draws, any number; <see langword="null"/> (the default) takes that of the trainer, and is 0 without one.
    /// </param>
    /// <returns>The schedule.</returns>
    /// <exception cref="InvalidOperationException">There is no usable range; the message is the <see cref="Reason"/>.</exception>
    public PlrsSchedule CreateSchedule(int? seed = null) => new(MinimumLearningRate, MaximumLearningRate, seed);

    /// <summary>Writes the curves as a table with commas: <c>seed,step,learning_rate,loss,smoothed_loss</c>. Numbers have points.</summary>
    /// <param name="path">The file; one that has the name already is replaced.</param>
    /// <exception cref="ArgumentException"><paramref name="path"/> is empty.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public void SaveCsv(string path)
    {
        var csv = new StringBuilder("seed,step,learning_rate,loss,smoothed_loss\n");
        foreach (var curve in Curves)
        {
            for (var i = 0; i < curve.Losses.Count; i++)
            {
                csv.Append(
                    CultureInfo.InvariantCulture,
                    $"{curve.Seed},{i},{curve.LearningRates[i]},{curve.Losses[i]},{curve.SmoothedLosses[i]}\n");
            }
        }

        Write(path, csv.ToString());
    }

    /// <summary>Draws the curves and the bounds as an SVG picture, with a logarithmic axis of rates.</summary>
    /// <param name="path">The file, by custom ending in <c>.svg</c>; one that has the name already is replaced.</param>
    /// <exception cref="ArgumentException"><paramref name="path"/> is empty.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public void SavePlot(string path) => Write(path, RangeTestPicture.Draw(this));

    /// <summary>
    /// For example "U[0.07, 0.1], the loss turning up at 0.52; confidence High, 3 sweeps, maxima within a factor of 1.3".
    /// </summary>
    /// <returns>The bounds in words, or why there are none.</returns>
    public override string ToString() => IsUsable
        ? string.Create(
            CultureInfo.InvariantCulture,
            $"U[{_minimum}, {_maximum}], the loss turning up at {_turning:G2}; " +
            $"confidence {Confidence}, {Quantity.Of(Curves.Count, "sweep")}, maxima within a factor of {Spread:G2}")
        : $"no usable range. {Reason}";

    private static void Write(string path, string content)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        WholeFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(content)));
    }

    private static double LowerMedian(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[(sorted.Length - 1) / 2];
    }

    // By way of text, so that 0.07 is the number that one would write.
    private static double RoundDown(double value)
    {
        var exponent = (int)Math.Floor(Math.Log10(value)) - 1;
        var digits = Math.Floor(value / Math.Pow(10, exponent) * (1 + 1e-12));
        return double.Parse(Invariant($"{digits}e{exponent}"), CultureInfo.InvariantCulture);
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private double Known(double value) =>
        IsUsable ? value : throw new InvalidOperationException($"The range test found no usable range. {Reason}");
}
