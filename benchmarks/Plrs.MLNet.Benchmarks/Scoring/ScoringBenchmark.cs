using Plrs.MLNet.Benchmarks.Comparisons;

namespace Plrs.MLNet.Benchmarks.Scoring;

/// <summary>
/// Images scored per second, ResNet-20 on small images and ResNet-18 on photos: many at once, and one at a time, on all processors and on
/// one.
/// </summary>
internal static class ScoringBenchmark
{
    private const string TransformBytes = "transform-bytes";
    private const string TransformFiles = "transform-files";
    private const string Session = "session";
    private const string Engine = "engine";
    private const string DecodeAndSession = "decode-and-session";
    private const string SessionOfOne = "session-of-one";
    private const string TorchSharp = "torchsharp";
    private const string PyTorch = "pytorch";

    public static Comparison Comparison { get; } = new(
        "scoring",
        "scoring",
        [
            .. Variants(null, ""),
            .. Variants(1, ", one thread"),
            new OwnVariant(
                TorchSharp,
                "TorchSharp's forward of a batch, network in evaluation, preloaded tensors",
                images => TorchForward.Measure(images, images.BatchSize)),
            new PyTorchVariant(PyTorch, "PyTorch's forward of a batch, network in evaluation, preloaded tensors", "scoring.py"),
        ],
        [
            .. Ratios(null, ""),
            .. Ratios(1, ", one thread"),
            new Ratio("ONNX Runtime's session to TorchSharp's forward", Session, TorchSharp),
            new Ratio("ONNX Runtime's session to PyTorch's forward", Session, PyTorch),
        ]);

    private static IEnumerable<Variant> Variants(int? processors, string where) =>
    [
        new OwnVariant(Name(TransformBytes, processors), $"`Transform`, JPEG bytes in memory{where}", TransformRun.FromBytes)
        {
            Processors = processors,
        },
        new OwnVariant(Name(TransformFiles, processors), $"`Transform`, JPEG files{where}", TransformRun.FromFiles)
        {
            Processors = processors,
        },
        new OwnVariant(
            Name(Session, processors),
            $"ONNX Runtime's session, a batch at a time, preloaded tensors{where}",
            images => BareSession.Measure(images, images.BatchSize)) { Processors = processors },
        new OwnVariant(Name(Engine, processors), $"`PredictionEngine.Predict`, JPEG bytes in memory{where}", PredictionEngineRun.Measure)
        {
            Processors = processors,
        },
        new OwnVariant(
            Name(DecodeAndSession, processors),
            $"decoding and ONNX Runtime's session, one image{where}",
            BareSession.MeasureWithDecoding) { Processors = processors },
        new OwnVariant(
            Name(SessionOfOne, processors),
            $"ONNX Runtime's session, one image, preloaded tensor{where}",
            images => BareSession.Measure(images, batch: 1)) { Processors = processors },
    ];

    private static IEnumerable<Ratio> Ratios(int? processors, string where) =>
    [
        new Ratio($"`Transform` from bytes to the session{where}", Name(TransformBytes, processors), Name(Session, processors)),
        new Ratio($"`Transform` from files to the session{where}", Name(TransformFiles, processors), Name(Session, processors)),
        Ratio.OfTimes(
            $"time of `Predict` to that of decoding and the session{where}", Name(Engine, processors), Name(DecodeAndSession, processors)),
    ];

    private static string Name(string variant, int? processors) =>
        processors is { } count ? FormattableString.Invariant($"{variant}-{count}") : variant;
}
