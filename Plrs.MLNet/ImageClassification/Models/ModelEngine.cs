using Plrs.MLNet.Export;
using Plrs.MLNet.Networks;
using Plrs.MLNet.Scoring;
using Plrs.MLNet.Weights;

namespace Plrs.MLNet.ImageClassification;

/// <summary>Makes what scores with a network: ONNX Runtime for one that is described as a graph, TorchSharp for a module.</summary>
internal static class ModelEngine
{
    /// <param name="network">The network.</param>
    /// <param name="weights">Its weights, with its layout.</param>
    /// <param name="classCount">The number of classes.</param>
    /// <param name="imageSize">The width and height of its images.</param>
    /// <param name="device">Where it is to score.</param>
    public static IInferenceEngine Create(
        NetworkDefinition network, NetworkWeights weights, int classCount, int imageSize, ScoringDevice device)
    {
        if (weights.Layout is NetworkGraph)
        {
            return new InferenceEngine(OnnxWriter.Write(BatchNormFolding.Fold(weights)), device);
        }

        var module = network.CreateTrainable(classCount, imageSize, seed: 0);
        weights.CopyTo(module);
        return new EagerEngine(module, device);
    }
}
