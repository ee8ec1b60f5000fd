using System.Diagnostics;
using System.Globalization;

namespace Plrs.MLNet.Benchmarks.Throughput;

/// <summary>
/// Images trained on per second, ResNet-20, 32×32, batch 128. Every variant runs in a process of its own, because the
/// allocator's settings hold for a process; the variants take turns, and the ratios are medians of the rounds, because a
/// machine's speed changes from minute to minute.
/// </summary>
internal static class ThroughputBenchmark
{
    public const string RunCommand = "throughput-run";
    private const int Rounds = 3;
    private const string PyTorchScript = "pytorch/resnet20_throughput.py";

    private static readonly string[] Variants = ["trainer", "bare", "naive"];

    /// <summary>Measures one variant in this process and prints its images per second.</summary>
    public static int RunVariant(string variant, string folder)
    {
        var imagesPerSecond = variant switch
        {
            "trainer" => TrainerRun.Measure(folder),
            "bare" => BareLoop.Measure(folder),
            "naive" => BareLoop.MeasureNaive(folder),
            _ => throw new ArgumentOutOfRangeException(nameof(variant), variant, "Not a variant."),
        };
        Console.WriteLine(imagesPerSecond.ToString("R", CultureInfo.InvariantCulture));
        return 0;
    }

    /// <summary>Measures all variants and prints the table.</summary>
    public static int Run(string folder)
    {
        var variants = Variants.ToDictionary(
            variant => variant,
            variant => new ProcessStartInfo(Environment.ProcessPath!, [RunCommand, variant, folder]));
        var script = Path.Combine(AppContext.BaseDirectory, PyTorchScript);
        if (HasPyTorch())
        {
            variants["pytorch"] = new ProcessStartInfo("python3", [script]);
        }
        else
        {
            Console.WriteLine("PyTorch is left out: python3 -c \"import torch\" does not work here.");
        }

        var rounds = new List<Dictionary<string, double>>();
        for (var round = 0; round < Rounds; round++)
        {
            rounds.Add(variants.ToDictionary(variant => variant.Key, variant => double.Parse(Output(variant.Value), CultureInfo.InvariantCulture)));
            Console.WriteLine($"round {round + 1}: " + string.Join(", ", rounds[^1].Select(result => FormattableString.Invariant($"{result.Key} {result.Value:F0} images/s"))));
        }

        var table = new MarkdownTable("training", "images/s (median)", "trainer's ratio to it (median)", "least", "most");
        foreach (var variant in variants.Keys)
        {
            var ratios = rounds.Select(round => round["trainer"] / round[variant]).Order().ToArray();
            table.Add(
                Describe(variant),
                FormattableString.Invariant($"{Median(rounds.Select(round => round[variant])):F0}"),
                FormattableString.Invariant($"{Median(ratios):F2}"),
                FormattableString.Invariant($"{ratios[0]:F2}"),
                FormattableString.Invariant($"{ratios[^1]:F2}"));
        }

        table.Print();
        return 0;
    }

    private static string Describe(string variant) => variant switch
    {
        "trainer" => "Plrs.MLNet's trainer, from JPEG files, crop and flip",
        "bare" => "bare TorchSharp loop, preloaded tensors, tuned allocator",
        "naive" => "bare TorchSharp loop, preloaded tensors, default allocator",
        _ => "PyTorch loop, preloaded tensors",
    };

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }

    private static bool HasPyTorch()
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("python3", ["-c", "import torch"]) { RedirectStandardError = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private static string Output(ProcessStartInfo start)
    {
        start.RedirectStandardOutput = true;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output.Trim() : throw new InvalidOperationException($"{start.FileName} {string.Join(' ', start.ArgumentList)} failed.");
    }
}
