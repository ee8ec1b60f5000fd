using Microsoft.ML.OnnxRuntime;

namespace Plrs.MLNet.Tests.Export;

/// <summary>An ONNX file as any other program has it: ONNX Runtime alone.</summary>
internal sealed class OnnxFile(string path) : IDisposable
{
    private readonly InferenceSession _session = new(path);

    public IReadOnlyDictionary<string, string> Metadata => _session.ModelMetadata.CustomMetadataMap;

    /// <summary>The input or output in words, for example <c>images: Single[batch, 3, 224, 224]</c>.</summary>
    public string Input => Describe(_session.InputMetadata.Single());

    public string Output => Describe(_session.OutputMetadata.Single());

    /// <summary>The probabilities of some images, a row each.</summary>
    public float[] Score<T>(T[] images, params long[] shape)
        where T : unmanaged
    {
        using var options = new RunOptions();
        using var input = OrtValue.CreateTensorValueFromMemory(images, shape);
        using var results = _session.Run(options, _session.InputNames, [input], _session.OutputNames);
        return results[0].GetTensorDataAsSpan<float>().ToArray();
    }

    public void Dispose() => _session.Dispose();

    private static string Describe(KeyValuePair<string, NodeMetadata> tensor)
    {
        var lengths = tensor.Value.Dimensions.Select((length, place) => length < 0 ? tensor.Value.SymbolicDimensions[place] : $"{length}");
        return $"{tensor.Key}: {tensor.Value.ElementType.Name}[{string.Join(", ", lengths)}]";
    }
}
