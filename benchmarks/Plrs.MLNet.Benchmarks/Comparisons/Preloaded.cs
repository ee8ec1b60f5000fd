using static TorchSharp.torch;

namespace Plrs.MLNet.Benchmarks.Comparisons;

/// <summary>Tensors made beforehand, for loops that are to measure the network alone; they are used in turn.</summary>
internal static class Preloaded
{
    public const int Batches = 10;

    /// <summary>Batches of random images.</summary>
    public static Tensor[] Images(ImageFolder folder, int batch, Generator generator) =>
        [.. Enumerable.Range(0, Batches).Select(_ => randn([batch, 3, folder.ImageSize, folder.ImageSize], generator: generator))];
}
