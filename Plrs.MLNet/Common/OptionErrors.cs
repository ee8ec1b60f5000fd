using System.Globalization;
using System.Numerics;

namespace Plrs.MLNet.Common;

/// <summary>What is wrong with an object of options: all of it, so that it can be mended in one go.</summary>
internal sealed class OptionErrors
{
    private readonly List<ArgumentException> _errors = [];
    private readonly List<string> _sentences = [];

    /// <summary>Takes note of a value that is not allowed.</summary>
    /// <param name="isAllowed">Whether it is allowed.</param>
    /// <param name="value">The value.</param>
    /// <param name="option">The option's name.</param>
    /// <param name="allowed">What is allowed, after "it must be".</param>
    /// <returns>Whether it is allowed.</returns>
    public bool Check(bool isAllowed, object? value, string option, string allowed)
    {
        if (!isAllowed)
        {
            Add(ArgumentChecks.Refused(option, value, allowed), ArgumentChecks.Sentence(option, value, allowed));
        }

        return isAllowed;
    }

    public bool AtLeast<T>(T least, T value, string option)
        where T : INumber<T> =>
        Check(value >= least, value, option, string.Create(CultureInfo.InvariantCulture, $"at least {least}"));

    public bool Defined<T>(T value, string option)
        where T : struct, Enum =>
        Check(Enum.IsDefined(value), value, option, $"one of {string.Join(", ", Enum.GetNames<T>())}");

    public bool NotNull(object? value, string option) =>
        value is not null || Add(new ArgumentNullException(option, $"{option} is null."), $"{option} is null.");

    /// <summary>Takes note of options that do not go together.</summary>
    /// <param name="isWrong">Whether they do not.</param>
    /// <param name="sentence">Which, why, and what to set.</param>
    public void Together(bool isWrong, string sentence)
    {
        if (isWrong)
        {
            Add(OfAll(sentence), sentence);
        }
    }

    /// <summary>Takes note of what a part of the options refuses.</summary>
    /// <returns>Whether it refuses nothing.</returns>
    public bool Try(Action check)
    {
        try
        {
            check();
            return true;
        }
        catch (ArgumentException e)
        {
            return Add(e, ArgumentChecks.WithoutParameter(e));
        }
    }

    /// <summary>Throws if anything is wrong.</summary>
    /// <exception cref="ArgumentException">The one error as it is, or all of them in one.</exception>
    public void ThrowIfAny()
    {
        if (_errors.Count == 1)
        {
            throw _errors[0];
        }

        if (_errors.Count > 1)
        {
            throw OfAll($"{_errors.Count} options are wrong: {string.Join(' ', _sentences)}");
        }
    }

    // The parameter of the user's call has this name.
    private static ArgumentException OfAll(string sentence, object? options = null) => new(sentence, nameof(options));

    private bool Add(ArgumentException error, string sentence)
    {
        _errors.Add(error);
        _sentences.Add(sentence);
        return false;
    }
}
