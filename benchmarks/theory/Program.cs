using Plrs.MLNet.Theory.Reports;

namespace Plrs.MLNet.Theory;

internal static class Program
{
    private static int Main(string[] args)
    {
        var folder = args is [var given] ? given : Path.Combine("docs", "images");
        if (args.Length > 1 || !Directory.Exists(folder))
        {
            Console.Error.WriteLine(
                "Usage, in the repository's root: dotnet run -c Release --project benchmarks/theory [<folder for the pictures, " +
                $"which exists; {Path.Combine("docs", "images")}>]");
            return 2;
        }

        LemmaOne.Run(Path.Combine(folder, "theory-update-noise.svg"));
        TheoremOne.Run(Path.Combine(folder, "theory-large-gradient.svg"));
        TheoremTwo.Run(Path.Combine(folder, "theory-saddle.svg"));
        TheoremThree.Run(Path.Combine(folder, "theory-near-a-minimum.svg"));
        Averages.Run(Path.Combine(folder, "theory-averages.svg"));
        return 0;
    }
}
