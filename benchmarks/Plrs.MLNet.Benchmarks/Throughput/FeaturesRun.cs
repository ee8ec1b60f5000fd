using Plrs.MLNet.Benchmarks.Comparisons;
using Plrs.MLNet.Images;
using Plrs.MLNet.Networks;
using Plrs.MLNet.Torch;
using Plrs.MLNet.Training;
using static TorchSharp.torch;

namespace Plrs.MLNet.Benchmarks.Throughput;

/// <summary>Features as the trainer computes them for a head: each image as it is and mirrored, which counts as two.</summary>
internal static class FeaturesRun
{
    private const int Batch = 32;
    private const int Images = 64;

    /// <summary>From decoded images in memory.</summary>
    public static double Measure(ImageFolder folder)
    {
        NativeAllocator.Tune();
        using var network = new GraphModule(folder.Network.CreateGraph(folder.ClassCount, folder.ImageSize), seed: 1);
        using var cache = new ImageCache(folder.Decoding, ImageCacheMode.Memory, budget: 0, workspace: null);
        var set = Load(cache);
        var features = new byte[64];
        var extractor = new FeatureExtractor(network, new Normalization([0.5f, 0.5f, 0.5f], [0.25f, 0.25f, 0.25f]), Batch, CPU);
        return Speed.Measure(
            FeatureSet.Views * Images, () => extractor.Extract(set, bytes => bytes[..features.Length].CopyTo(features), _ => { }));
    }

    /// <summary>The forward pass alone, in evaluation, on tensors made beforehand.</summary>
    public static double MeasureForward(ImageFolder folder)
    {
        NativeAllocator.Tune();
        using var network = new GraphModule(folder.Network.CreateGraph(folder.ClassCount, folder.ImageSize), seed: 1);
        network.eval();
        using var generator = new Generator(1);
        var batches = Preloaded.Images(folder, Batch, generator);
        using var noGrad = no_grad();
        var next = 0;
        return Speed.Measure(Batch, () =>
        {
            using var scope = NewDisposeScope();
            network.Features(batches[next++ % Preloaded.Batches]).data<float>().ToArray();
        });
    }

    private static ImageSet Load(ImageCache cache)
    {
        var random = new Random(1);
        var pixels = new byte[cache.Decoding.DecodedBytes];
        var summaries = new ImageSummary[Images];
        for (var i = 0; i < Images; i++)
        {
            random.NextBytes(pixels);
            cache.Records.Add(pixels);
            summaries[i] = ImageSummary.Of(pixels);
        }

        return new ImageSet(cache, first: 0, isEncoded: false, new int[Images], summaries);
    }
}
