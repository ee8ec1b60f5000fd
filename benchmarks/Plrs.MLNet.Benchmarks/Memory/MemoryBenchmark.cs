namespace Plrs.MLNet.Benchmarks.Memory;

/// <summary>What training takes in memory, by epoch and by the number of images.</summary>
internal static class MemoryBenchmark
{
    public const double MiB = 1 << 20;

    public static int Run(string folder)
    {
        MemoryByEpoch.Run(folder);
        Console.WriteLine();
        MemoryBySize.Run();
        return 0;
    }
}
