using System.CommandLine;
using Plrs.MLNet.Experiments.CommandLines;
using Plrs.MLNet.Experiments.Comparisons;
using Plrs.MLNet.Experiments.Comparisons.Reports;
using Plrs.MLNet.Experiments.Training;

namespace PlrsTool.Commands;

/// <summary><c>plrs compare</c>: several schedules on the same images.</summary>
internal static class CompareCommand
{
    public static Command Create()
    {
        var command = new Command(
            "compare",
            "Compare learning-rate schedules: train with each of them, with several seeds and on several folds, " +
            "test after each epoch with the last weights and with averaged ones, and write a report. " +
            "Ctrl+C keeps what is done, and the same command goes on from there.");
        var read = ComparisonOptions.AddTo(command, output: "comparison");
        return command.Answers(result => Run(read(result)));
    }

    private static Answer Run(ComparisonSettings settings)
    {
        using var interruption = new Interruption("Stopping after this step.");
        var passedOver = ExperimentRunner.MakeRuns(settings, interruption.Token).Counts;
        if (settings.Task is { } share)
        {
            return new(new { folder = settings.Output, share = share.ToString(), passedOver }, Next: Next.AfterShare(settings.Output));
        }

        var comparison = ExperimentRunner.WriteReport(settings);
        return new(
            new
            {
                folder = settings.Output,
                schedules = comparison.Schedules.Select(schedule => new
                {
                    schedule.Schedule.Name,
                    rates = schedule.Rates,
                    runs = schedule.Completed.Count,
                    failed = schedule.Runs.Count - schedule.Completed.Count,
                    averaged = Figures(schedule.Averaged),
                    last = Figures(schedule.Last),
                }),
                missing = comparison.Missing.Select(run => run.Name),
                passedOver,
            },
            comparison.Missing.Count == 0 ? Answer.Done : Answer.BadInput,
            Next.AfterComparison(settings.Output));

        static object Figures(WeightsSummary weights) => new { weights.Final.Maximum, weights.Final.Mean, weights.Final.StandardDeviation };
    }
}
