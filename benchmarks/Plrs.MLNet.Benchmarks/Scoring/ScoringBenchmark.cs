using Plrs.MLNet.Benchmarks.Comparisons;

namespace Plrs.MLNet.Benchmarks.Scoring;

/// <summary>Images scored per second, ResNet-20: many at once, and one at a time.</summary>
internal static class ScoringBenchmark
{
    private const string TransformBytes = "transform-bytes";
    private const string TransformFiles = "transform-files";
    private const string Folded = "folded";
    private const string Unfolded = "unfolded";
    private const string PyTorch = "pytorch";
    private const string Engine = "engine";
    private const string DecodeAndOne = "decode-and-one";
    private const string One = "one";
    private const string Script = "script";
    private const string ScriptOfOne = "script-of-one";

    public static Comparison Comparison { get; } = new(
        "scoring",
        "scoring",
        [
            new OwnVariant(TransformBytes, "`Transform`, JPEG bytes in memory", TransformRun.FromBytes),
            new OwnVariant(TransformFiles, "`Transform`, JPEG files", TransformRun.FromFiles),
            new OwnVariant(Folded, "bare forward of 128, folded network, preloaded tensors", images => BareForward.Folded(images, BareForward.Batch)),
            new OwnVariant(Script, "the model's own forward of 128 (TorchScript), preloaded tensors", images => BareForward.Script(images, BareForward.Batch)),
            new OwnVariant(Unfolded, "bare forward of 128, network in evaluation, preloaded tensors", BareForward.Unfolded),
            new PyTorchVariant(PyTorch, "PyTorch's forward of 128, network in evaluation, preloaded tensors", "resnet20_scoring.py"),
            new OwnVariant(Engine, "`PredictionEngine.Predict`, JPEG bytes in memory", SingleImages.PredictionEngine),
            new OwnVariant(DecodeAndOne, "decode and bare forward of 1, folded network", SingleImages.DecodeAndForward),
            new OwnVariant(One, "bare forward of 1, folded network, preloaded tensors", images => BareForward.Folded(images, batch: 1)),
            new OwnVariant(ScriptOfOne, "the model's own forward of 1 (TorchScript), preloaded tensors", images => BareForward.Script(images, batch: 1)),
        ],
        [
            new Ratio("`Transform` from bytes to bare forward", TransformBytes, Folded),
            new Ratio("`Transform` from files to bare forward", TransformFiles, Folded),
            new Ratio("bare forward of the folded network to that of the network in evaluation", Folded, Unfolded),
            new Ratio("bare forward of the folded network to PyTorch", Folded, PyTorch),
            new Ratio("the model's own forward of 128 to the bare one", Script, Folded),
            Ratio.OfTimes("time of `Predict` to that of decode and bare forward of 1", Engine, DecodeAndOne),
            Ratio.OfTimes("time of the model's own forward of 1 to that of the bare one", ScriptOfOne, One),
        ]);
}
