using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Plrs.MLNet.Common;

/// <summary>
/// Checks of arguments. Each returns the value, or throws an error that names the argument, its value and what is allowed.
/// </summary>
internal static class ArgumentChecks
{
    public static double Positive(double value, [CallerArgumentExpression(nameof(value))] string name = "") =>
        double.IsFinite(value) && value > 0 ? SinglePrecision(value, name) : throw Refused(name, value, "finite and greater than 0");

    public static double NotNegative(double value, [CallerArgumentExpression(nameof(value))] string name = "") =>
        double.IsFinite(value) && value >= 0 ? value : throw Refused(name, value, "finite and at least 0");

    public static double Above(
        double lower,
        double value,
        [CallerArgumentExpression(nameof(lower))] string lowerName = "",
        [CallerArgumentExpression(nameof(value))] string name = "") =>
        double.IsFinite(value) && value > lower
            ? SinglePrecision(value, name)
            : throw Refused(name, value, string.Create(CultureInfo.InvariantCulture, $"finite and greater than {lowerName} ({lower})"));

    public static T AtLeast<T>(T minimum, T value, [CallerArgumentExpression(nameof(value))] string name = "")
        where T : struct, IBinaryInteger<T> =>
        value >= minimum ? value : throw Refused(name, value, string.Create(CultureInfo.InvariantCulture, $"at least {minimum}"));

    public static double Share(double value, [CallerArgumentExpression(nameof(value))] string name = "") =>
        value is >= 0 and < 1 ? value : throw Refused(name, value, "at least 0 and less than 1");

    public static double PositiveUpTo(double maximum, double value, [CallerArgumentExpression(nameof(value))] string name = "") =>
        value > 0 && value <= maximum
            ? value
            : throw Refused(name, value, string.Create(CultureInfo.InvariantCulture, $"above 0 and at most {maximum}"));

    public static int Within(int minimum, int maximum, int value, [CallerArgumentExpression(nameof(value))] string name = "") =>
        value >= minimum && value <= maximum
            ? value
            : throw Refused(name, value, string.Create(CultureInfo.InvariantCulture, $"from {minimum} to {maximum}"));

    // What a rate multiplies is in single precision; no other number that is checked here is as large.
    private static double SinglePrecision(double value, string name) =>
        value <= float.MaxValue
            ? value
            : throw Refused(
                name, value, string.Create(CultureInfo.InvariantCulture, $"at most {float.MaxValue}, the largest single-precision number"));

    /// <summary>The error of a value that is not allowed.</summary>
    /// <param name="name">The name of the argument or option.</param>
    /// <param name="value">The value.</param>
    /// <param name="allowed">What is allowed, after "it must be".</param>
    public static ArgumentOutOfRangeException Refused(string name, object? value, string allowed) =>
        new(name, value, Sentence(name, value, allowed));

    /// <summary>The one form of such an error.</summary>
    /// <inheritdoc cref="Refused" path="/param"/>
    public static string Sentence(string name, object? value, string allowed) =>
        string.Create(CultureInfo.InvariantCulture, $"{name} is {Words(value)}; it must be {allowed}.");

    /// <summary>The sentences of an error, without what .NET adds to them.</summary>
    public static string WithoutParameter(ArgumentException error)
    {
        var end = error.ParamName is { } name ? error.Message.IndexOf($" (Parameter '{name}')", StringComparison.Ordinal) : -1;
        return end < 0 ? error.Message : error.Message[..end];
    }

    private static string Words(object? value) => value switch
    {
        null => "null",
        string text => $"'{text}'",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };
}
