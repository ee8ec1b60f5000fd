using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Order;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace Plrs.MLNet.Benchmarks;

/// <summary>Runs a class of BenchmarkDotNet benchmarks and prints its table.</summary>
internal static class MicroBenchmark
{
    /// <returns>0, or 1 when a benchmark did not run.</returns>
    public static int Run<T>()
    {
        // In this process: a generated project would build its own copy of libtorch, 490 MB.
        var job = Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance).WithIterationCount(10);
        var config = ManualConfig.CreateEmpty()
            .AddJob(job)
            .AddDiagnoser(new MemoryDiagnoser(new MemoryDiagnoserConfig(displayGenColumns: false)))
            .AddColumn(TargetMethodColumn.Method, StatisticColumn.Median, StatisticColumn.Min, BaselineRatioColumn.RatioMean)
            .AddColumnProvider(DefaultColumnProviders.Params, DefaultColumnProviders.Metrics)
            .AddLogger(NullLogger.Instance)
            .WithOrderer(new DefaultOrderer(SummaryOrderPolicy.Declared))
            .WithSummaryStyle(SummaryStyle.Default.WithMaxParameterColumnWidth(100))
            .WithArtifactsPath(Path.Combine(Path.GetTempPath(), "Plrs.MLNet.Benchmarks"));

        var summary = BenchmarkRunner.Run<T>(config);
        MarkdownExporter.Console.ExportToLog(summary, ConsoleLogger.Default);
        return summary.HasCriticalValidationErrors || summary.Reports.Any(report => !report.Success) ? 1 : 0;
    }
}
