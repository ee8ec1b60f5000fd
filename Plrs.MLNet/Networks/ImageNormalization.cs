using System.Globalization;

namespace Plrs.MLNet;

/// <summary>
/// What a network expects of its images' colours: each channel's value, from 0 to 1, less its mean, divided by its standard deviation.
/// </summary>
/// <remarks>Two normalisations with the same numbers are equal.</remarks>
public sealed class ImageNormalization : IEquatable<ImageNormalization>
{
    private readonly float[] _values;

    /// <summary>Makes a normalisation.</summary>
    /// <param name="mean">The mean of red, green and blue, where black is 0 and full colour 1; finite.</param>
    /// <param name="standardDeviation">The standard deviation of red, green and blue in the same unit; finite and above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are not three numbers, or one of them is not allowed.</exception>
    public ImageNormalization(ReadOnlySpan<float> mean, ReadOnlySpan<float> standardDeviation)
    {
        Check(mean, value => true, nameof(mean), "three finite numbers");
        Check(standardDeviation, value => value > 0, nameof(standardDeviation), "three finite numbers above 0");
        _values = [.. mean, .. standardDeviation];
    }

    /// <summary>
    /// What torchvision's networks that were trained on ImageNet expect: mean 0.485, 0.456, 0.406, standard deviation 0.229, 0.224, 0.225.
    /// </summary>
    public static ImageNormalization ImageNet { get; } = new([0.485f, 0.456f, 0.406f], [0.229f, 0.224f, 0.225f]);

    /// <summary>The mean of red, green and blue.</summary>
    public IReadOnlyList<float> Mean => _values[..3];

    /// <summary>The standard deviation of red, green and blue.</summary>
    public IReadOnlyList<float> StandardDeviation => _values[3..];

    /// <inheritdoc/>
    public bool Equals(ImageNormalization? other) => other is not null && _values.AsSpan().SequenceEqual(other._values);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ImageNormalization);

    /// <inheritdoc/>
    public override int GetHashCode() => _values.Aggregate(0, HashCode.Combine);

    private static void Check(ReadOnlySpan<float> values, Predicate<float> isAllowed, string name, string allowed)
    {
        if (values.Length != 3 || !Array.TrueForAll(values.ToArray(), value => float.IsFinite(value) && isAllowed(value)))
        {
            var list = string.Join(", ", values.ToArray().Select(value => value.ToString(CultureInfo.InvariantCulture)));
            throw new ArgumentOutOfRangeException(name, $"{name} is [{list}]; it must be {allowed}.");
        }
    }
}
