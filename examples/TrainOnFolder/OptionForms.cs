using System.CommandLine;
using System.Globalization;
using System.Numerics;
using Plrs.MLNet.Networks;

namespace TrainOnFolder;

/// <summary>Options with a range or a choice, which their explanation names and which is checked before anything starts.</summary>
internal static class OptionForms
{
    /// <summary>A number with a default.</summary>
    public static Option<T> Number<T>(string name, string description, T defaultValue, T minimum, T maximum)
        where T : struct, INumber<T>
    {
        var option = new Option<T>(name) { DefaultValueFactory = _ => defaultValue };
        Limit(option, description, minimum, maximum);
        return option;
    }

    /// <summary>A number that may be left out.</summary>
    public static Option<T?> Optional<T>(string name, string description, T minimum, T maximum)
        where T : struct, INumber<T>
    {
        var option = new Option<T?>(name);
        Limit(option, description, minimum, maximum);
        return option;
    }

    /// <summary>One of the names of an enumeration.</summary>
    public static Option<T> Choice<T>(string name, string description, T defaultValue)
        where T : struct, Enum =>
        new(name) { Description = description, DefaultValueFactory = _ => defaultValue };

    /// <summary>One of the networks of the library, by name.</summary>
    public static Option<string> NetworkName(string name, string description, string defaultValue)
    {
        var option = new Option<string>(name) { Description = description, DefaultValueFactory = _ => defaultValue };
        option.AcceptOnlyFromAmong(StringComparer.OrdinalIgnoreCase, [.. Network.Known.Keys]);
        return option;
    }

    private static void Limit<T>(Option option, string description, T minimum, T maximum)
        where T : struct, INumber<T>
    {
        var range = string.Create(CultureInfo.InvariantCulture, $"from {minimum} to {maximum}");
        option.Description = $"{description} {char.ToUpperInvariant(range[0])}{range[1..]}.";
        option.HelpName = "number";
        option.Validators.Add(result =>
        {
            // What is not a number is refused elsewhere.
            if (result.Tokens is [var token] && T.TryParse(token.Value, CultureInfo.InvariantCulture, out var value) && !(value >= minimum && value <= maximum))
            {
                result.AddError(string.Create(CultureInfo.InvariantCulture, $"{option.Name} is {value}; it must be {range}."));
            }
        });
    }
}
