using System.CommandLine;
using System.CommandLine.Help;
using System.Globalization;
using Plrs.MLNet.Experiments.Reports;

namespace Plrs.MLNet.Experiments.CommandLines;

/// <summary>Runs a program by its command line: help that can be read, and one error where the line is wrong.</summary>
internal static class CommandLineProgram
{
    private const int WrongUse = 1;

    // A file or a pipe has no width.
    private const int WidthOfFile = 100;

    public static int Run(RootCommand program, IReadOnlyList<string> arguments)
    {
        foreach (var help in program.Options.Select(option => option.Action).OfType<HelpAction>())
        {
            help.MaxWidth = Width();
        }

        var needsCommand = arguments.Count == 0 && program.Subcommands.Count > 0;

        // A file's name may begin with "@": no word is a file of more words.
        var result = program.Parse(
            needsCommand ? ["--help"] : arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });

        // Help is asked for in spite of all else.
        if (result.Action is not { ClearsParseErrors: true } && CommandLineError.Of(result) is { } error)
        {
            Console.Error.WriteLine(VisibleText.Of(error));
            return WrongUse;
        }

        var exitCode = result.Invoke();
        return needsCommand ? WrongUse : exitCode;
    }

    private static int Width()
    {
        var given = Environment.GetEnvironmentVariable("COLUMNS");
        return int.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out var columns) && columns > 0 ? columns
            : Console.IsOutputRedirected ? WidthOfFile
            : Console.WindowWidth;
    }
}
