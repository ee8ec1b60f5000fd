using Plrs.MLNet.Benchmarks.Comparisons;

namespace Plrs.MLNet.Benchmarks.Decoding;

/// <summary>Images decoded and resized per second.</summary>
internal static class DecodingBenchmark
{
    private const string Decoder = "decoder";
    private const string DecoderOnAll = "decoder-on-all";
    private const string Skia = "skia";
    private const string SkiaOnAll = "skia-on-all";
    private const string MLNet = "mlnet";

    public static Comparison Comparison { get; } = new(
        "decode",
        "decoding",
        [
            new OwnVariant(Decoder, "Plrs.MLNet's decoder, one thread", images => DecoderRun.Measure(images, threads: 1)),
            new OwnVariant(
                DecoderOnAll, "Plrs.MLNet's decoder, all processors", images => DecoderRun.Measure(images, Environment.ProcessorCount)),
            new OwnVariant(Skia, "SkiaSharp's `SKBitmap.Decode` and `Resize`, one thread", images => SkiaRun.Measure(images, threads: 1)),
            new OwnVariant(
                SkiaOnAll,
                "SkiaSharp's `SKBitmap.Decode` and `Resize`, all processors",
                images => SkiaRun.Measure(images, Environment.ProcessorCount)),
            new OwnVariant(MLNet, "ML.NET's `LoadImages`, `ResizeImages` and `ExtractPixels`, from files", PixelPipelineRun.Measure),
        ],
        [
            new Ratio("decoder to SkiaSharp, one thread", Decoder, Skia),
            new Ratio("decoder to SkiaSharp, all processors", DecoderOnAll, SkiaOnAll),
            new Ratio("decoder, all processors to one thread", DecoderOnAll, Decoder),
            new Ratio("decoder, one thread, to ML.NET", Decoder, MLNet),
        ]);
}
