namespace Plrs.MLNet.Experiments.Schedules;

/// <summary>The rates that schedules by name are made with.</summary>
/// <param name="Minimum">L_min of PLRS.</param>
/// <param name="Maximum">L_max of PLRS, and the top of the one-cycle schedule: a range test finds both.</param>
internal sealed record ScheduleRates(double Minimum, double Maximum)
{
    // 0.1 and 0.0001 in the paper.
    private const double ShareAtTheEndOfACosine = 1e-3;

    /// <summary>The rate at which the knee schedule explores, and that at a restart of the cosine.</summary>
    public double Highest { get; init; } = Maximum;

    /// <summary>The constant rate.</summary>
    public double Constant { get; init; } = Maximum;

    /// <summary>The first rate of the multi-step schedule.</summary>
    public double StepRate { get; init; } = Maximum;

    /// <summary>The mean rate of PLRS.</summary>
    public double Mean => Scaled(Minimum + Maximum, 0.5);

    /// <summary>The lowest rate of the cosine.</summary>
    public double Lowest => Scaled(Highest, ShareAtTheEndOfACosine);

    /// <summary>Those for weights that know ImageNet, which are moved less; the paper has none.</summary>
    public static ScheduleRates ForFineTuning { get; } = new(0.002, 0.005);

    /// <summary>
    /// Those that the paper trained a network with from random weights (App. F). Those of ResNet-110 are for all that it has not trained.
    /// </summary>
    public static ScheduleRates OfPaper(NetworkDefinition network) =>
        network.Equals(Network.Vgg16Small) ? new(0.07, 0.1) { Constant = 0.05, StepRate = 0.05 }
        : network.Equals(Network.WideResNet28x10) ? new(0.07, 0.1) { StepRate = 0.2 }
        : network.Equals(Network.DenseNet40x12) ? new(0.1, 0.2) { Highest = 0.1, Constant = 0.1, StepRate = 0.1 }
        : network.Equals(Network.ResNet50) ? new(0.35, 0.4) { Highest = 0.1, Constant = 0.1, StepRate = 0.1 }
        : new(0.07, 0.1);

    /// <summary>All rates times a factor.</summary>
    public ScheduleRates Times(double factor) => new(Scaled(Minimum, factor), Scaled(Maximum, factor))
    {
        Highest = Scaled(Highest, factor),
        Constant = Scaled(Constant, factor),
        StepRate = Scaled(StepRate, factor),
    };

    /// <summary>The same with another L_max, all rates in proportion.</summary>
    public ScheduleRates WithMaximum(double maximum) => Times(maximum / Maximum);

    // 0.07 × 0.1 is to be 0.007 in a report.
    private static double Scaled(double rate, double factor) => Math.Round(factor * rate, 12);
}
