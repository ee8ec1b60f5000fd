using System.CommandLine;
using System.Runtime.InteropServices;
using CompareSchedules;
using CompareSchedules.Data;
using CompareSchedules.Reports;
using CompareSchedules.Runs;

var command = new RootCommand("Compares learning-rate schedules: trains with each of them, with several seeds or on several folds, tests after each epoch with the last weights and with averaged ones, and reports.");
CommandLine.AddTo(command, output: Path.Combine("artifacts", "CompareSchedules"));
command.SetAction(result => Run(CommandLine.Read(result)));
return TrainOnFolder.CommandLineProgram.Run(command, args);

static int Run(Settings settings)
{
    // Ctrl+C, or the end of a job's time, ends the training after its current step.
    using var stop = new CancellationTokenSource();
    using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Cancel);
    using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Cancel);
    try
    {
        // 1. The runs that are not finished.
        ExperimentRunner.MakeRuns(settings, stop.Token);

        // 2. The report, unless this was a share of the runs.
        return settings.Task is not null || ExperimentRunner.Report(settings, Pictures.Write).Missing.Count == 0 ? 0 : 1;
    }
    catch (OperationCanceledException e)
    {
        ConsoleView.Problem(e.Message);
        return 130;
    }
    catch (Exception e) when (e is DataException or ExperimentException or InvalidOperationException)
    {
        ConsoleView.Problem(e.Message);
        return 1;
    }

    void Cancel(PosixSignalContext context)
    {
        context.Cancel = true;
        stop.Cancel();
    }
}
