using Microsoft.ML;

namespace Plrs.MLNet.Tests.ImageClassification;

/// <summary>Models that start from a small one, trained on images of 8×8 pixels.</summary>
internal static class FineTuningRun
{
    /// <summary>A model of three classes to start from.</summary>
    public static ITransformer Pretrain()
    {
        var options = TestPipeline.QuickOptions(epochs: 2);
        options.Images.Size = 8;
        return Fit(options);
    }

    /// <summary>Settings that start from a model.</summary>
    public static TorchImageClassificationTrainer.Options Options(ITransformer start, FineTuning fineTuning, int epochs = 1)
    {
        var options = TestPipeline.QuickOptions(epochs);
        options.Images.Size = null;
        options.Arch = null;
        options.StartFrom = PretrainedWeights.Model(start);
        options.FineTuning = fineTuning;
        return options;
    }

    /// <summary>Trains on drawn images.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="log">Gets each message of the log, or <see langword="null"/>.</param>
    /// <param name="first">The number of the first image.</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="seed">The seed of the context.</param>
    public static ITransformer Fit(
        TorchImageClassificationTrainer.Options options, List<string>? log = null, int first = 0, int classes = 3, int seed = 3)
    {
        var mlContext = new MLContext(seed);
        mlContext.Log += (_, e) => log?.Add(e.RawMessage);
        return TestPipeline.FromMemory(mlContext, options).Fit(mlContext.Data.LoadFromEnumerable(TestPipeline.Images(24, first, classes)));
    }

    /// <summary>The names of the tensors that two models of one network have different values of.</summary>
    public static string[] Differences(ITransformer a, ITransformer b)
    {
        var (first, second) = (TestPipeline.Model(a).Weights, TestPipeline.Model(b).Weights);
        return [.. first.Graph.Tensors.Select(tensor => tensor.Name)
            .Where(name => !first[name].Bytes.AsSpan().SequenceEqual(second[name].Bytes))];
    }
}
