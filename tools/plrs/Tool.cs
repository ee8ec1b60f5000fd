using System.CommandLine;
using Plrs.MLNet.Experiments.Comparisons;
using Plrs.MLNet.Experiments.Folders;
using Plrs.MLNet.Experiments.Reports;
using PlrsTool.Commands;
using Spectre.Console;

namespace PlrsTool;

/// <summary>The commands, and what they have in common: <c>--json</c>, errors and exit codes.</summary>
internal static class Tool
{
    private static readonly Option<bool> Json = new("--json")
    {
        Description = "Write the result to standard output as JSON; everything else goes to standard error.",
    };

    public static RootCommand Create() => new(
        "Trains, tests, uses and exports image classifiers, with ML.NET, TorchSharp and the probabilistic learning rate scheduler (PLRS).")
    {
        TrainCommand.Create(),
        FindBoundsCommand.Create(),
        CompareCommand.Create(),
        EvaluateCommand.Create(),
        PredictCommand.Create(),
        InspectCommand.Create(),
        ExportCommand.Create(),
        NewCommand.Create(),
    };

    /// <summary>Lets a command answer.</summary>
    public static Command Answers(this Command command, Func<ParseResult, Answer> run)
    {
        command.Add(Json);
        command.SetAction(result => Run(() => run(result), result.GetValue(Json)));
        return command;
    }

    private static int Run(Func<Answer> run, bool json)
    {
        if (json)
        {
            AnsiConsole.Console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        }

        Report.FitWidth();
        var answer = Try(run);
        if (json)
        {
            Console.Out.WriteLine(answer.ToJson());
        }
        else if (answer.Next is { } next)
        {
            // Not through the console of tables, which would break the commands in it.
            AnsiConsole.Profile.Out.Writer.WriteLine(VisibleText.Of(next));
        }

        return answer.ExitCode;
    }

    private static Answer Try(Func<Answer> run)
    {
        try
        {
            return run();
        }
        catch (OperationCanceledException e)
        {
            return Failed(e.Message, Answer.Cancelled);
        }
        catch (Exception e) when ((e is InputException or FolderException or ExperimentException
            ? e.Message
            : ToldErrors.Words(e)) is { } words)
        {
            return Failed(words, Answer.BadInput);
        }
    }

    private static Answer Failed(string message, int exitCode)
    {
        Report.Problem(message);
        return new(new { error = message }, exitCode);
    }
}
