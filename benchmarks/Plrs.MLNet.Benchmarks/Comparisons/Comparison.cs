using System.Globalization;

namespace Plrs.MLNet.Benchmarks.Comparisons;

/// <summary>
/// Several ways to do the same work, by their images per second. Every variant runs in a process of its own, because the
/// allocator's settings hold for a process; the variants take turns, and the ratios are medians of the rounds, because a
/// machine's speed changes from minute to minute.
/// </summary>
/// <param name="command">Its name on the command line.</param>
/// <param name="work">What is done to the images: the head of the table.</param>
/// <param name="variants">The ways to do it.</param>
/// <param name="ratios">What is compared with what.</param>
internal sealed class Comparison(string command, string work, IReadOnlyList<Variant> variants, IReadOnlyList<Ratio> ratios)
{
    public const string VariantCommand = "variant";
    private const int Rounds = 5;

    public string Command => command;

    /// <summary>Measures one variant in this process and prints its images per second.</summary>
    public int RunVariant(string name, ImageFolder images)
    {
        var variant = variants.OfType<OwnVariant>().Single(variant => variant.Name == name);
        Console.WriteLine(variant.Measure(images).ToString("R", CultureInfo.InvariantCulture));
        return 0;
    }

    /// <summary>Measures all variants and prints the tables.</summary>
    public int Run(ImageFolder images)
    {
        var measured =
            variants.Where(variant =>
                (variant is not PyTorchVariant || PyTorchVariant.IsInstalled) && (!variant.IsForPhotos || images.IsOfPhotos)).ToList();
        if (!PyTorchVariant.IsInstalled && variants.Any(variant => variant is PyTorchVariant))
        {
            Console.WriteLine("PyTorch is left out: python3 -c \"import torch\" does not work here.");
        }

        var rounds = new List<Dictionary<string, double>>();
        for (var round = 0; round < Rounds; round++)
        {
            rounds.Add(measured.ToDictionary(variant => variant.Name, variant => ImagesPerSecond(variant, images)));
            Console.WriteLine($"round {round + 1}: " +
                string.Join(", ", rounds[^1].Select(result => FormattableString.Invariant($"{result.Key} {result.Value:F1}"))));
        }

        PrintSpeeds(measured, rounds);
        PrintRatios(rounds);
        return 0;
    }

    private double ImagesPerSecond(Variant variant, ImageFolder images) =>
        double.Parse(ChildProcess.Output(variant.Process(this, images)), CultureInfo.InvariantCulture);

    private void PrintSpeeds(List<Variant> measured, List<Dictionary<string, double>> rounds)
    {
        var table = new MarkdownTable(work, "images/s (median)");
        foreach (var variant in measured)
        {
            table.Add(variant.Description, FormattableString.Invariant($"{Median(rounds.Select(round => round[variant.Name])):F1}"));
        }

        Console.WriteLine();
        table.Print();
    }

    private void PrintRatios(List<Dictionary<string, double>> rounds)
    {
        var table = new MarkdownTable("ratio", "median", "least", "most");
        foreach (var ratio in ratios.Where(ratio => rounds[0].ContainsKey(ratio.Of) && rounds[0].ContainsKey(ratio.To)))
        {
            var values = rounds.Select(ratio.In).ToList();
            table.Add(
                ratio.Description,
                FormattableString.Invariant($"{Median(values):F2}"),
                FormattableString.Invariant($"{values.Min():F2}"),
                FormattableString.Invariant($"{values.Max():F2}"));
        }

        Console.WriteLine();
        table.Print();
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }
}
