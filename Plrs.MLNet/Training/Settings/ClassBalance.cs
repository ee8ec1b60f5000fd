using System.Globalization;
using Plrs.MLNet.Common;

namespace Plrs.MLNet;

/// <summary>
/// What a training does about classes that have fewer images than others: see <c>TorchImageClassificationTrainer.Options.ClassBalance</c>.
/// </summary>
public sealed class ClassBalance
{
    private readonly string _words;

    private ClassBalance(string words)
    {
        _words = words;
    }

    /// <summary>Nothing: every image counts the same, so a class counts as many times as it has images.</summary>
    public static ClassBalance None { get; } = new("none");

    /// <summary>
    /// Every class counts the same in the loss: an image of a class weighs (number of images) / (number of classes × images of its class).
    /// A batch's loss is the weighted mean, as that of PyTorch's <c>cross_entropy(weight)</c>. Each image is used once an epoch.
    /// </summary>
    public static ClassBalance BalancedClassWeights { get; } = new("weighted loss");

    /// <summary>
    /// Every class has the same number of images in an epoch, up to one, and the epoch the number that it always has: of large classes some
    /// are drawn, others in each epoch, and those of small classes come several times, each time with other random changes where there are
    /// any. It depends on the seed and the epoch alone.
    /// </summary>
    public static ClassBalance WeightedSampler { get; } = new("sampling");

    /// <summary>The weights of the classes by their names, or <see langword="null"/> where they are not given.</summary>
    internal IReadOnlyDictionary<string, float>? WeightsByName { get; private init; }

    /// <summary>
    /// An image weighs in the loss what is given for its class. A batch's loss is the weighted mean, so only the weights' ratios count.
    /// </summary>
    /// <param name="weights">
    /// The weight of every class by its name, which is the value of the label's key as text, or its number from 1 where the key has no
    /// values: finite and above 0. They are copied.
    /// </param>
    /// <returns>The balance.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="weights"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A weight is not finite, or not above 0.</exception>
    public static ClassBalance ClassWeights(IReadOnlyDictionary<string, float> weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        foreach (var (name, weight) in weights)
        {
            if (!float.IsFinite(weight) || weight <= 0)
            {
                throw ArgumentChecks.Refused($"{nameof(weights)}['{name}']", weight, "a finite number above 0");
            }
        }

        var words = weights.OrderBy(entry => entry.Key, StringComparer.Ordinal)
            .Select(entry => string.Create(CultureInfo.InvariantCulture, $"'{entry.Key}' {entry.Value}"));
        return new ClassBalance($"weights {string.Join(", ", words)}")
        {
            WeightsByName = new Dictionary<string, float>(weights, StringComparer.Ordinal),
        };
    }

    /// <summary>For example "weighted loss", or "weights 'cat' 1, 'dog' 2.5".</summary>
    /// <returns>The balance in words, the same in every culture.</returns>
    public override string ToString() => _words;
}
