using System.Globalization;

namespace Plrs.MLNet.Common;

/// <summary>A number of things in words: "1 epoch", "2 epochs", "0.5 epochs".</summary>
internal static class Quantity
{
    public static string Of(double number, string thing) => string.Create(CultureInfo.InvariantCulture, $"{number} {Name(number, thing)}");

    /// <summary>The name of one thing or of several.</summary>
    public static string Name(double number, string thing) => number == 1 ? thing : $"{thing}s";
}
