using Microsoft.ML.OnnxRuntime;
using Plrs.MLNet.Export;
using Plrs.MLNet.Networks;
using Plrs.MLNet.Scoring;
using Plrs.MLNet.Tests.Networks;
using Plrs.MLNet.Weights;
using static TorchSharp.torch;

namespace Plrs.MLNet.Tests.Scoring;

/// <summary>A network scoring as a trained model does, on images made beforehand.</summary>
internal sealed class TestEngine(NetworkWeights weights) : IDisposable
{
    private readonly InferenceEngine _engine = new(OnnxWriter.Write(weights), new ScoringDevice(GpuDeviceId: null, FallbackToCpu: true));
    private readonly int _classCount = weights.Graph.Nodes[weights.Graph.Output].Shape.Channels;

    /// <summary>The engine of a network as models score with it.</summary>
    public static TestEngine Folded(GraphModule network) => new(BatchNormFolding.Fold(TestNetworks.Weights(network)));

    /// <summary>The probabilities of some images, a row each.</summary>
    public float[] Score(Tensor images)
    {
        var values = images.contiguous().data<float>().ToArray();
        var probabilities = new float[images.shape[0] * _classCount];
        using var input = OrtValue.CreateTensorValueFromMemory(values, images.shape);
        using var output = OrtValue.CreateTensorValueFromMemory(probabilities, [images.shape[0], _classCount]);
        _engine.Run([input], [output]);
        return probabilities;
    }

    public void Dispose() => _engine.Dispose();
}
