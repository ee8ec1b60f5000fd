using System.Runtime.InteropServices;
using CompareSchedules;
using CompareSchedules.Data;
using CompareSchedules.Reports;
using CompareSchedules.Runs;

return CommandLine.Create(Run).Parse(args).Invoke();

static int Run(Settings settings)
{
    try
    {
        var files = new RunFiles(settings.Output);
        if (!settings.Merge)
        {
            MakeRuns(settings, files);
        }

        return settings.Task is null ? Report(settings, files) : 0;
    }
    catch (OperationCanceledException)
    {
        ConsoleView.Problem("Interrupted. The same command goes on from the last checkpoint.");
        return 130;
    }
    catch (Exception e) when (e is DataException or ExperimentException or InvalidOperationException)
    {
        ConsoleView.Problem(e.Message);
        return 1;
    }
}

static void MakeRuns(Settings settings, RunFiles files)
{
    // 1. The data, and what is to be trained on it.
    var examples = DataFolder.Read(settings.Folder!);
    var experiment = settings.On(examples);
    files.Add(experiment);

    // 2. The runs that are not finished. Ctrl+C, or the end of a job's time, ends the training after its current step.
    var view = new ConsoleView();
    ConsoleView.Plan(experiment, settings.Task, experiment.Runs().Count(files.IsFinished));
    var runs = new Experiment(experiment, examples, files, settings.Device, view);
    using var stop = new CancellationTokenSource();
    using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Cancel);
    using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Cancel);
    runs.Make(settings.Task ?? new TaskShare(1, 1), stop.Token);

    void Cancel(PosixSignalContext context)
    {
        context.Cancel = true;
        stop.Cancel();
    }
}

static int Report(Settings settings, RunFiles files)
{
    // 3. The report of all that is finished.
    var comparison = Comparison.Read(files, settings.Target);
    ConsoleView.Result(comparison);
    string[] paths =
    [
        HtmlReport.Write(comparison, settings.Output),
        .. CsvFiles.Write(comparison, settings.Output),
        .. Pictures.Write(comparison, settings.Output),
    ];
    ConsoleView.Saved(paths);
    if (comparison.Missing.Count == 0)
    {
        return 0;
    }

    ConsoleView.Problem($"{comparison.Missing.Count} runs are not finished, and not in the report: {string.Join(", ", comparison.Missing.Select(run => run.Name))}.");
    return 1;
}
