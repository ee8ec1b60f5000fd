using System.CommandLine;
using System.CommandLine.Parsing;

namespace Plrs.MLNet.Experiments.CommandLines;

/// <summary>What is wrong with a command line: one thing, in words.</summary>
internal static class CommandLineError
{
    /// <summary>The first thing that is wrong; <see langword="null"/> where nothing is.</summary>
    public static string? Of(ParseResult result) =>
        UnknownCommand(result) ?? UnknownOption(result) ?? WrongCount(result) ?? ValueError(result) ?? Missing(result)
        ?? (result.Errors is [var other, ..] ? other.Message : null);

    private static string? UnknownCommand(ParseResult result)
    {
        string[] commands = [.. result.CommandResult.Command.Subcommands.Select(command => command.Name)];
        return commands.Length == 0 ? null : result.UnmatchedTokens switch
        {
            [] or [['-', ..], ..] => null,
            [var word, ..] when Spelling.DidYouMean(word, commands) is { Length: > 0 } question =>
                $"There is no command '{word}'.{question}",
            [var word, ..] => $"There is no command '{word}'; the commands are {string.Join(", ", commands)}.",
        };
    }

    /// <summary>
    /// An option that does not exist is taken for a file or folder if there may be one: it is looked for among all words.
    /// </summary>
    private static string? UnknownOption(ParseResult result)
    {
        var own = result.CommandResult.Command.Options;
        if (Given(result).FirstOrDefault(option => option.Tokens.Any(token => own.Any(other => other.Name == token.Value))) is { } empty)
        {
            return $"{empty.Option.Name} takes {OptionForms.Of(empty.Option)}; none is given.";
        }

        var ofAll = result.RootCommandResult.Command.Options.Where(option => option.Recursive);
        string[] options = [.. own.Concat(ofAll).SelectMany(option => option.Aliases.Append(option.Name))];
        var word = result.Tokens
            .TakeWhile(token => token.Type != TokenType.DoubleDash)
            .FirstOrDefault(token => token.Type == TokenType.Argument && IsOption(token.Value))?.Value.Split('=')[0];
        return word is null ? null
            : SharedOptions.FormerNames.GetValueOrDefault(word) is { } name && options.Contains(name)
                ? $"There is no option '{word}'. Did you mean '{name}'?"
            : Spelling.DidYouMean(word, options) is { Length: > 0 } question ? $"There is no option '{word}'.{question}"
            : $"There is no option '{word}'; --help lists the options.";
    }

    private static string? WrongCount(ParseResult result)
    {
        foreach (var option in Given(result))
        {
            if (option.IdentifierTokenCount > 1 && option.Option.Arity.MaximumNumberOfValues <= 1)
            {
                return $"{option.Option.Name} is given more than once.";
            }

            if (option.Tokens.Count < option.Option.Arity.MinimumNumberOfValues)
            {
                return $"{option.Option.Name} takes {OptionForms.Of(option.Option)}; none is given.";
            }
        }

        return null;
    }

    // The first of those that are about a value.
    private static string? ValueError(ParseResult result)
    {
        var words = result.Tokens.ToList();
        return result.Errors
            .Where(error => error.SymbolResult is OptionResult { IdentifierTokenCount: > 0 } or ArgumentResult { Tokens.Count: > 0 })
            .MinBy(error => error.SymbolResult!.Tokens is [var token, ..] ? words.IndexOf(token) : int.MaxValue)?.Message;
    }

    private static string? Missing(ParseResult result)
    {
        var command = result.CommandResult.Command;
        if (command.Subcommands.Count > 0)
        {
            return null;
        }

        if (command.Arguments.FirstOrDefault(argument => Count(argument) < argument.Arity.MinimumNumberOfValues) is { } missing)
        {
            return $"<{missing.Name}> is missing: {missing.Description}";
        }

        return result.UnmatchedTokens is [var extra, ..]
            ? $"'{extra}' is one argument too many; a path with spaces in it stands in quotes."
            : command.Options.FirstOrDefault(IsMissing) is { } required ? $"{required.Name} is missing: {required.Description}"
            : null;

        int Count(Argument argument) => result.GetResult(argument)?.Tokens.Count ?? 0;
        bool IsMissing(Option option) => option.Required && result.GetResult(option) is not { IdentifierTokenCount: > 0 };
    }

    private static IEnumerable<OptionResult> Given(ParseResult result) =>
        result.CommandResult.Children.OfType<OptionResult>().Where(option => option.IdentifierTokenCount > 0);

    // A number may have a sign.
    private static bool IsOption(string word) => word is ['-', '-', _, ..] || (word is ['-', var letter, ..] && char.IsAsciiLetter(letter));
}
