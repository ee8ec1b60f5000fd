namespace Plrs.MLNet.Benchmarks;

internal static class Program
{
    private const string Help = """
        Measures Plrs.MLNet on this machine. Run it in Release, with nothing else running:

          dotnet run -c Release --project benchmarks/Plrs.MLNet.Benchmarks -- <command>

        Commands
          schedule   time and memory of one GetLearningRate call, for every schedule
          adapter    time and memory of ScheduleLR.step(), as a ratio to TorchSharp's StepLR.step()
        """;

    private static int Main(string[] args)
    {
        switch (args is [var command] ? command : "--help")
        {
            case "schedule":
                return MicroBenchmark.Run<ScheduleBenchmark>();
            case "adapter":
                return MicroBenchmark.Run<AdapterBenchmark>();
            case "--help" when args is [] or ["--help"]:
                Console.WriteLine(Help);
                return 0;
            default:
                Console.Error.WriteLine($"Unknown command: {string.Join(' ', args)}");
                Console.Error.WriteLine(Help);
                return 1;
        }
    }
}
