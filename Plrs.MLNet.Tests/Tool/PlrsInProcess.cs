using System.Globalization;
using Plrs.MLNet.Experiments.CommandLines;
using Plrs.MLNet.Tests.Support;
using Spectre.Console;

namespace Plrs.MLNet.Tests.Tool;

/// <summary>
/// plrs in the tests' own process, which is quick; what it does to a process is for <see cref="PlrsProgram"/>. One at a time, for a process
/// has one console.
/// </summary>
internal static class PlrsInProcess
{
    private static readonly Lock TheConsole = new();

    /// <summary>Runs it on a console of so many columns.</summary>
    public static CommandRun RunAt(int columns, params string[] arguments)
    {
        using var alone = TheConsole.EnterScope();
        var before = Environment.GetEnvironmentVariable("COLUMNS");
        Environment.SetEnvironmentVariable("COLUMNS", columns.ToString(CultureInfo.InvariantCulture));
        try
        {
            return Run(arguments);
        }
        finally
        {
            Environment.SetEnvironmentVariable("COLUMNS", before);
        }
    }

    public static CommandRun Run(params string[] arguments)
    {
        using var alone = TheConsole.EnterScope();
        var (output, error, console) = (Console.Out, Console.Error, AnsiConsole.Console);
        using var written = new StringWriter();
        using var told = new StringWriter();
        try
        {
            Console.SetOut(written);
            Console.SetError(told);
            AnsiConsole.Console = AnsiConsole.Create(
                new AnsiConsoleSettings
                {
                    Ansi = AnsiSupport.No,
                    ColorSystem = ColorSystemSupport.NoColors,
                    Out = new AnsiConsoleOutput(written),
                });
            return new CommandRun(CommandLineProgram.Run(PlrsTool.Tool.Create(), arguments), written.ToString(), told.ToString());
        }
        finally
        {
            Console.SetOut(output);
            Console.SetError(error);
            AnsiConsole.Console = console;
        }
    }
}
