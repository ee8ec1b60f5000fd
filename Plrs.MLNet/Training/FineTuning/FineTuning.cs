using System.Collections.ObjectModel;
using System.Globalization;
using Plrs.MLNet.Common;
using Plrs.MLNet.Networks;
using Plrs.MLNet.Training;

namespace Plrs.MLNet;

/// <summary>
/// Which layers of a network are trained, when, and how fast: <see cref="Full"/>, <see cref="HeadOnly"/>, <see cref="Gradual"/>, or one of
/// these with other settings.
/// </summary>
/// <example>
/// <code>options.FineTuning = FineTuning.Gradual with { EpochsPerGroup = 3, FreezeBatchNorm = false };</code>
/// </example>
public sealed record FineTuning
{
    private FineTuning()
    {
    }

    /// <summary>All layers, from the first step on: how a network is trained from scratch.</summary>
    public static FineTuning Full { get; } = new();

    /// <summary>
    /// The head alone, on the features that the rest of the network makes of each image and of its mirror image. These are computed once,
    /// in batches, and kept in the workspace, where there is one, for later runs; the head then trains in seconds.
    /// </summary>
    public static FineTuning HeadOnly { get; } = new() { IsHeadOnly = true };

    /// <summary>
    /// The head first, on features as with <see cref="HeadOnly"/>; then the layers are trained with it, from the top on, one group after
    /// the other. Batch norms keep their statistics.
    /// </summary>
    public static FineTuning Gradual { get; } = new() { HeadEpochs = 30, EpochsPerGroup = 2, FreezeBatchNorm = true };

    /// <summary>Whether nothing but the head is trained.</summary>
    public bool IsHeadOnly { get; private init; }

    /// <summary>
    /// The epochs that train the head on features before the first epoch on images, with the schedule's rates, at least 0. Default 0; 30
    /// for <see cref="Gradual"/>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public int HeadEpochs
    {
        get;
        init => field = value >= 0 ? value : throw ArgumentChecks.Refused(nameof(HeadEpochs), value, "at least 0");
    }

    /// <summary>
    /// The epochs between the times at which a group of layers and the one below it begin to be trained, at least 0; 0 trains all from the
    /// first epoch on. Default 0; 2 for <see cref="Gradual"/>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public int EpochsPerGroup
    {
        get;
        init => field = value >= 0 ? value : throw ArgumentChecks.Refused(nameof(EpochsPerGroup), value, "at least 0");
    }

    /// <summary>
    /// What the learning rate is multiplied by for each group of layers that is named, at least 0; 0 freezes the group. 1 for the others.
    /// The groups have names such as <c>stem</c>, <c>layer4</c> and <c>head</c>; a name that the network does not have is refused with
    /// those that it has. Default: none is named.
    /// </summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A factor is negative, or not finite.</exception>
    public IReadOnlyDictionary<string, double> RateFactors
    {
        get;
        init
        {
            ArgumentNullException.ThrowIfNull(value, nameof(RateFactors));
            foreach (var (group, factor) in value)
            {
                if (!double.IsFinite(factor) || factor < 0)
                {
                    throw ArgumentChecks.Refused($"{nameof(RateFactors)}['{group}']", factor, "finite and at least 0");
                }
            }

            field = new SortedDictionary<string, double>(value.ToDictionary(), StringComparer.Ordinal);
        }
    } = ReadOnlyDictionary<string, double>.Empty;

    /// <summary>
    /// Whether the batch norms keep the statistics that they came with, also those whose weights are trained: a small batch's own are
    /// rough. Those of groups that are not trained always keep them. Default <see langword="false"/>; <see langword="true"/> for
    /// <see cref="Gradual"/>.
    /// </summary>
    public bool FreezeBatchNorm { get; init; }

    /// <summary>For example "Gradual", or "Gradual with { HeadEpochs = 10, RateFactors = { layer1 = 0, stem = 0 } }".</summary>
    /// <returns>What it is in words, in the invariant culture.</returns>
    public override string ToString()
    {
        var (name, basis) = IsHeadOnly ? (nameof(HeadOnly), HeadOnly)
            : HeadEpochs > 0 || EpochsPerGroup > 0 ? (nameof(Gradual), Gradual)
            : (nameof(Full), Full);
        string[] differences =
        [
            .. Difference(nameof(HeadEpochs), HeadEpochs, basis.HeadEpochs),
            .. Difference(nameof(EpochsPerGroup), EpochsPerGroup, basis.EpochsPerGroup),
            .. Difference(nameof(RateFactors), Words(RateFactors), Words(basis.RateFactors)),
            .. Difference(nameof(FreezeBatchNorm), FreezeBatchNorm ? "true" : "false", basis.FreezeBatchNorm ? "true" : "false"),
        ];
        return differences.Length == 0 ? name : $"{name} with {{ {string.Join(", ", differences)} }}";

        static IEnumerable<string> Difference<T>(string property, T value, T usual) =>
            Equals(value, usual) ? [] : [string.Create(CultureInfo.InvariantCulture, $"{property} = {value}")];

        static string Words(IReadOnlyDictionary<string, double> factors)
        {
            var words = factors.Select(factor => string.Create(CultureInfo.InvariantCulture, $"{factor.Key} = {factor.Value}"));
            return $"{{ {string.Join(", ", words)} }}";
        }
    }

    /// <summary>The groups of parameters of a network that is trained on images.</summary>
    /// <exception cref="ArgumentException">A group that the network does not have is named, or none is trained.</exception>
    internal IReadOnlyList<Torch.ParameterGroupPlan> Plan(NetworkGraph graph, bool decaysNormsAndBiases)
    {
        var groups = graph.Groups;
        if (RateFactors.Keys.FirstOrDefault(name => !groups.Contains(name)) is { } unknown)
        {
            throw new ArgumentException(
                $"RateFactors names the group of layers '{unknown}', which the network does not have; " +
                $"its groups are {string.Join(", ", groups)}.");
        }

        if (IsHeadOnly
            && (HeadEpochs > 0 || EpochsPerGroup > 0 || FreezeBatchNorm || RateFactors.Keys.Any(name => name != NetworkGraph.HeadGroup)))
        {
            throw new ArgumentException(
                "FineTuning.HeadOnly trains nothing but the head, for Epoch epochs: " +
                "of HeadEpochs, EpochsPerGroup, FreezeBatchNorm and RateFactors, it takes a factor of 'head' alone.");
        }

        if ((IsHeadOnly || HeadEpochs > 0) && RateFactors.GetValueOrDefault(NetworkGraph.HeadGroup, 1) == 0)
        {
            throw new ArgumentException("RateFactors freezes the group 'head', which is to be trained on features.");
        }

        // With a trained head, the group below it has its turn at once.
        var ahead = HeadEpochs > 0 ? 1 : 0;
        var plan = LayerGroups.Plan(graph, SettingsOf, decaysNormsAndBiases);
        return plan.Any(group => group.FirstEpoch == 0)
            ? plan
            : throw new ArgumentException("RateFactors freezes all that could be trained in the first epoch.");

        LayerGroupSettings SettingsOf(string group)
        {
            var fromTop = groups.Count - 1 - groups.ToList().IndexOf(group);
            return new(RateFactors.GetValueOrDefault(group, 1), FirstEpoch: Math.Max(0, fromTop - ahead) * EpochsPerGroup);
        }
    }

    /// <summary>The groups of parameters of a head that is trained alone.</summary>
    internal IReadOnlyList<Torch.ParameterGroupPlan> PlanHead(NetworkGraph head, bool decaysNormsAndBiases) =>
        LayerGroups.Plan(head, group => new LayerGroupSettings(RateFactors.GetValueOrDefault(group, 1)), decaysNormsAndBiases);
}
