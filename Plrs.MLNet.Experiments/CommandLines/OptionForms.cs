using System.CommandLine;
using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Plrs.MLNet.Experiments.CommandLines;

/// <summary>
/// Options with a range or a choice, which their explanation names and which is checked before anything starts.
/// A value means the same in every culture.
/// </summary>
internal static class OptionForms
{
    // No sign between thousands: "0,005" is no number, rather than 5.
    private const NumberStyles NumberStyle = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    private static readonly ConditionalWeakTable<Option, string> Forms = [];

    private delegate bool Reader<T>(string text, out T value);

    /// <summary>What an option takes, in words.</summary>
    public static string Of(Option option) => Forms.TryGetValue(option, out var form) ? form
        : option.HelpName is { } name ? $"the path of a {name}"
        : "a value";

    /// <summary>A number with a default.</summary>
    public static Option<T> Number<T>(string name, string description, T defaultValue, T minimum, T maximum)
        where T : struct, INumber<T>
    {
        var option = new Option<T>(name)
        {
            Description = Limited(description, minimum, maximum),
            HelpName = "number",
            DefaultValueFactory = _ => defaultValue,
        };
        return Takes(option, NumberForm(minimum, maximum), (text, out value) => TryRead(text, minimum, maximum, out value));
    }

    /// <summary>A number that may be left out.</summary>
    public static Option<T?> Optional<T>(string name, string description, T minimum, T maximum)
        where T : struct, INumber<T>
    {
        var option = new Option<T?>(name) { Description = Limited(description, minimum, maximum), HelpName = "number" };
        return Takes(option, NumberForm(minimum, maximum), (text, out value) =>
        {
            var isNumber = TryRead(text, minimum, maximum, out var number);
            value = number;
            return isNumber;
        });
    }

    /// <summary>One of some values of an enumeration, by name; in any case, and no numbers.</summary>
    public static Option<T> Choice<T>(string name, string description, T defaultValue, IReadOnlyList<T> allowed)
        where T : struct, Enum
    {
        string[] names = [.. allowed.Select(value => $"{value}")];
        return Named(name, $"{description} {Sentence(OneOf(names))}", names, Enum.Parse<T>, defaultValue);
    }

    /// <summary>Something that has a name, in any case.</summary>
    /// <param name="name">The option's name.</param>
    /// <param name="description">Its explanation, which has the names.</param>
    /// <param name="names">The names.</param>
    /// <param name="find">Gives what has one of them.</param>
    /// <param name="defaultValue">Its default.</param>
    public static Option<T> Named<T>(string name, string description, IReadOnlyList<string> names, Func<string, T> find, T defaultValue)
    {
        var option = new Option<T>(name) { Description = description, HelpName = "name", DefaultValueFactory = _ => defaultValue };
        return Takes(option, OneOf(names), TryFind, text => Spelling.DidYouMean(text, names));

        bool TryFind(string text, out T value)
        {
            var known = KnownName(text, names);
            value = known is null ? default! : find(known);
            return known is not null;
        }
    }

    /// <summary>One of the networks of the library, by name.</summary>
    public static Option<string> NetworkName(string name, string description, string defaultValue)
    {
        string[] names = [.. Network.Known.Keys];
        var all = string.Join(", ", names);
        var option = new Option<string>(name)
        {
            Description = $"{description} One of {all}.",
            HelpName = "name",
            DefaultValueFactory = _ => defaultValue,
        };
        return Takes(option, "the name of a network", TryRead, text => $"{Spelling.DidYouMean(text, names)} The networks are {all}.");

        bool TryRead(string text, out string value)
        {
            value = KnownName(text, names) ?? "";
            return value.Length > 0;
        }
    }

    /// <summary>A text of some form.</summary>
    /// <param name="name">The option's name.</param>
    /// <param name="description">Its explanation.</param>
    /// <param name="defaultValue">Its default; <see langword="null"/> where it may be left out.</param>
    /// <param name="helpName">What stands for the text in the help.</param>
    /// <param name="form">What it takes, in words.</param>
    /// <param name="isAllowed">Whether a text is of the form.</param>
    public static Option<string> Text(
        string name, string description, string? defaultValue, string helpName, string form, Func<string, bool> isAllowed)
    {
        var option = new Option<string>(name) { Description = description, HelpName = helpName };
        if (defaultValue is not null)
        {
            option.DefaultValueFactory = _ => defaultValue;
        }

        return Takes(option, form, (text, out value) => isAllowed(value = text));
    }

    private static Option<T> Takes<T>(Option<T> option, string form, Reader<T> read, Func<string, string>? hint = null)
    {
        Forms.Add(option, form);
        option.CustomParser = result =>
        {
            // None, or several, are refused elsewhere.
            if (result.Tokens is not [var token])
            {
                return default;
            }

            if (!read(token.Value, out var value))
            {
                result.AddError($"{option.Name} takes {form}; '{token.Value}' is none.{hint?.Invoke(token.Value)}");
            }

            return value;
        };
        return option;
    }

    private static string? KnownName(string text, IReadOnlyList<string> names) =>
        names.FirstOrDefault(known => known.Equals(text, StringComparison.OrdinalIgnoreCase));

    private static string OneOf(IEnumerable<string> names) => $"one of {string.Join(", ", names)}";

    private static bool TryRead<T>(string text, T minimum, T maximum, out T value)
        where T : struct, INumber<T> =>
        T.TryParse(text, IsWhole<T>() ? NumberStyles.AllowLeadingSign : NumberStyle, CultureInfo.InvariantCulture, out value)
        && value >= minimum && value <= maximum;

    private static string NumberForm<T>(T minimum, T maximum)
        where T : struct, INumber<T> => $"a {(IsWhole<T>() ? "whole " : "")}number {Range(minimum, maximum)}";

    private static string Limited<T>(string description, T minimum, T maximum)
        where T : struct, INumber<T> => $"{description} {Sentence(Range(minimum, maximum))}";

    // 0.00000001 rather than 1E-08.
    private static string Range<T>(T minimum, T maximum)
        where T : struct, INumber<T> =>
        string.Create(CultureInfo.InvariantCulture, $"from {minimum:0.##########} to {maximum:0.##########}");

    private static string Sentence(string words) => $"{char.ToUpperInvariant(words[0])}{words[1..]}.";

    private static bool IsWhole<T>() => typeof(T) == typeof(int);
}
