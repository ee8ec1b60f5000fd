using Plrs.MLNet.Benchmarks.Throughput;

namespace Plrs.MLNet.Benchmarks;

internal static class Program
{
    private const string Help = """
        Measures Plrs.MLNet on this machine. Run it in Release, with nothing else running:

          dotnet run -c Release --project benchmarks/Plrs.MLNet.Benchmarks -- <command>

        Commands
          schedule   time and memory of one GetLearningRate call, for every schedule
          adapter    time and memory of ScheduleLR.step(), as a ratio to TorchSharp's StepLR.step()
          accuracy <training folder> <test folder>
                     test accuracy of ResNet-20 after 10 epochs with PLRS, trained twice with the same seed
          memory <folder>
                     resident memory after each of 20 epochs
          throughput <folder>
                     images trained on per second: the trainer from JPEG files in <folder>, one subfolder a class
                     (10 classes of 32×32 images), a bare loop, a naive loop and, where python3 has it, PyTorch
        """;

    private static int Main(string[] args)
    {
        switch (args)
        {
            case ["schedule"]:
                return MicroBenchmark.Run<ScheduleBenchmark>();
            case ["adapter"]:
                return MicroBenchmark.Run<AdapterBenchmark>();
            case ["accuracy", var trainFolder, var testFolder]:
                return AccuracyBenchmark.Run(trainFolder, testFolder);
            case ["memory", var folder]:
                return MemoryBenchmark.Run(folder);
            case ["throughput", var folder]:
                return ThroughputBenchmark.Run(folder);
            case [ThroughputBenchmark.RunCommand, var variant, var folder]:
                return ThroughputBenchmark.RunVariant(variant, folder);
            case [] or ["--help"]:
                Console.WriteLine(Help);
                return 0;
            default:
                Console.Error.WriteLine($"Unknown command: {string.Join(' ', args)}");
                Console.Error.WriteLine(Help);
                return 1;
        }
    }
}
