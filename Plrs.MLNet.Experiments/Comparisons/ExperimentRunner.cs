using Plrs.MLNet.Experiments.Comparisons.Reports;
using Plrs.MLNet.Experiments.Folders;
using Plrs.MLNet.Experiments.Plots;
using Plrs.MLNet.Experiments.Reports;

namespace Plrs.MLNet.Experiments.Comparisons;

/// <summary>Makes what a command line asks for: the runs, then the report of all that are finished.</summary>
internal static class ExperimentRunner
{
    /// <summary>Makes the runs that are not finished, unless <c>--merge</c> asks for none.</summary>
    /// <param name="settings">What the command line says.</param>
    /// <param name="stop">Ends the training after its current step; a checkpoint is written.</param>
    /// <returns>What was left out when the data was read.</returns>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    /// <exception cref="FolderException">The data cannot be used.</exception>
    /// <exception cref="ExperimentException">The folder has another experiment.</exception>
    public static PassedOver MakeRuns(ComparisonSettings settings, CancellationToken stop)
    {
        if (settings.Merge)
        {
            return new();
        }

        var examples = DataFolder.Read(settings.Folder!);
        Report.PassedOver(examples.PassedOver);
        var experiment = settings.On(examples);
        var files = new RunFiles(settings.Output);
        if (settings.Force)
        {
            files.Clear();
        }

        files.Add(experiment);
        ConsoleView.Plan(experiment, settings.Task, experiment.Runs().Count(files.IsFinished));
        try
        {
            new Experiment(
                experiment, examples, files, settings.Device, new ConsoleView()).Make(settings.Task ?? new TaskShare(1, 1), stop);
            return examples.PassedOver;
        }
        catch (OperationCanceledException e)
        {
            throw new OperationCanceledException("Interrupted. The same command goes on from the last checkpoint.", e, stop);
        }
    }

    /// <summary>Writes the report with its pictures, and shows its first table and what is missing.</summary>
    /// <param name="settings">What the command line says.</param>
    /// <exception cref="ExperimentException">No run is finished.</exception>
    public static Comparison WriteReport(ComparisonSettings settings)
    {
        var comparison = Comparison.Read(new RunFiles(settings.Output), settings.Target);
        ConsoleView.Result(comparison);
        string[] paths =
        [
            HtmlReport.Write(comparison, settings.Output),
            .. CsvFiles.Write(comparison, settings.Output),
            .. ComparisonPictures.Write(comparison, settings.Output),
        ];
        Report.Saved(paths);
        if (comparison.Missing.Count > 0)
        {
            Report.Problem(
                $"{Counted.Of(comparison.Missing.Count, "run")} {(comparison.Missing.Count == 1 ? "is" : "are")} not finished, " +
                "and not in the report: " +
                $"{string.Join(", ", comparison.Missing.Select(run => run.Name))}.");
        }

        return comparison;
    }
}
