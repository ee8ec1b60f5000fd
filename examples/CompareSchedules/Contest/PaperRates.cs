using Plrs.MLNet;
using Plrs.MLNet.Networks;

namespace CompareSchedules.Contest;

/// <summary>The rates that the paper trained a network with (App. F), and when they fall, as shares of the run. The paper's runs had 500 epochs.</summary>
internal sealed record PaperRates
{
    /// <summary>L_min of PLRS.</summary>
    public double Minimum { get; init; } = 0.07;

    /// <summary>L_max of PLRS, just below where the loss of a range test turns up; so it is also the top of the one-cycle schedule, which a range test finds.</summary>
    public double Maximum { get; init; } = 0.1;

    /// <summary>The constant rate.</summary>
    public double Constant { get; init; } = 0.1;

    /// <summary>The rate at which the knee schedule explores, and that at a restart of the cosine.</summary>
    public double Highest { get; init; } = 0.1;

    /// <summary>The lowest rate of the cosine.</summary>
    public double Lowest { get; init; } = 1e-4;

    /// <summary>The share of the epochs for which the knee schedule explores: 100 of 500.</summary>
    public double ExploreShare { get; init; } = 0.2;

    /// <summary>The first rate of the multi-step schedule.</summary>
    public double StepRate { get; init; } = 0.1;

    /// <summary>When it falls: at epochs 100 and 150 of 500.</summary>
    public IReadOnlyList<double> Milestones { get; init; } = [0.2, 0.3];

    /// <summary>What it is multiplied by then.</summary>
    public double Factor { get; init; } = 0.1;

    /// <summary>The settings for a network that is trained from random weights. Those of ResNet-110 are for all that the paper has not trained.</summary>
    public static PaperRates FromScratch(NetworkDefinition network) =>
        network.Equals(Network.Vgg16Small) ? new() { Constant = 0.05, StepRate = 0.05, Milestones = [.. Enumerable.Range(1, 16).Select(i => 0.06 * i)] }
        : network.Equals(Network.WideResNet28x10) ? new() { StepRate = 0.2, Milestones = [0.12, 0.24], Factor = 0.2 }
        : network.Equals(Network.DenseNet40x12) ? new() { Minimum = 0.1, Maximum = 0.2, Milestones = [0.3, 0.45] }
        : network.Equals(Network.ResNet50) ? new() { Minimum = 0.35, Maximum = 0.4 }
        : new();

    /// <summary>Those for weights that know ImageNet, which are moved less; the paper has none. The bounds are those of the example TrainOnFolder, and the highest rate of all is its L_max.</summary>
    public static PaperRates ForFineTuning { get; } = new() { Minimum = 0.002, Maximum = 0.005, Constant = 0.005, Highest = 0.005, Lowest = 5e-6, StepRate = 0.005 };

    /// <summary>All rates times a factor.</summary>
    public PaperRates Times(double factor)
    {
        return this with
        {
            Minimum = Scaled(Minimum),
            Maximum = Scaled(Maximum),
            Constant = Scaled(Constant),
            Highest = Scaled(Highest),
            Lowest = Scaled(Lowest),
            StepRate = Scaled(StepRate),
        };

        // 0.07 × 0.1 is to be 0.007 in the report.
        double Scaled(double rate) => Math.Round(factor * rate, 12);
    }

    /// <summary>The same with another L_max, all rates in proportion.</summary>
    public PaperRates WithMaximum(double maximum) => Times(maximum / Maximum);
}
