using System.CommandLine;
using Plrs.MLNet.Experiments.CommandLines;
using Plrs.MLNet.Experiments.Comparisons;
using Plrs.MLNet.Experiments.Folders;
using Plrs.MLNet.Experiments.Reports;
using Plrs.MLNet.Experiments.Training;

Report.FitWidth();
var command = new RootCommand(
    "Compares learning-rate schedules: trains with each of them, with several seeds or on several folds, tests after each epoch with the "
    + "last weights and with averaged ones, and reports.");
var read = ComparisonOptions.AddTo(command, output: Path.Combine("artifacts", "CompareSchedules"));
command.SetAction(result => Run(read(result)));
return CommandLineProgram.Run(command, args);

static int Run(ComparisonSettings settings)
{
    // Ctrl+C, or the end of a job's time, ends the training after its current step.
    using var interruption = new Interruption("Stopping after this step. Ctrl+C again ends at once.");
    try
    {
        // 1. The runs that are not finished.
        ExperimentRunner.MakeRuns(settings, interruption.Token);

        // 2. The report, unless this was a share of the runs.
        return settings.Task is not null || ExperimentRunner.WriteReport(settings).Missing.Count == 0 ? 0 : 1;
    }
    catch (OperationCanceledException e)
    {
        Report.Problem(e.Message);
        return 130;
    }
    catch (Exception e) when ((e is FolderException or ExperimentException ? e.Message : ToldErrors.Words(e)) is { } words)
    {
        Report.Problem(words);
        return 1;
    }
}
