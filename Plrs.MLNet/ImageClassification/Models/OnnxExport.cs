using System.Globalization;
using System.Text.Json;
using Google.Protobuf;
using Plrs.MLNet.Common;
using Plrs.MLNet.Export;
using Plrs.MLNet.Export.Onnx;
using Plrs.MLNet.Images;
using Plrs.MLNet.Weights;

namespace Plrs.MLNet.ImageClassification;

/// <summary>Writes a trained model as an ONNX file that says of itself what its images must be, and what its scores are of.</summary>
/// <param name="network">The network.</param>
/// <param name="weights">The values of its tensors as they were trained.</param>
/// <param name="decoding">How images were decoded.</param>
/// <param name="normalization">How they were normalised.</param>
/// <param name="classNames">The names of the classes, in the order of the scores; <see langword="null"/> where they are not known.</param>
internal sealed class OnnxExport(
    NetworkDefinition network,
    NetworkWeights weights,
    DecoderSettings decoding,
    Normalization normalization,
    IReadOnlyList<string>? classNames)
{
    /// <summary>Writes the file; one that has the name already is replaced when the new one is whole.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="InvalidOperationException">The weights are more than an ONNX file can hold.</exception>
    public void Save(string path, OnnxInput input)
    {
        var model = OnnxWriter.Create(BatchNormFolding.Fold(weights));
        if (input == OnnxInput.RgbPixels)
        {
            OnnxPixels.Prepend(model, decoding.Size, normalization.Mean, normalization.StandardDeviation);
        }

        model.ProducerVersion = typeof(OnnxExport).Assembly.GetName().Version?.ToString(fieldCount: 3) ?? "";
        model.Properties.AddRange(Properties());
        try
        {
            WholeFile.Write(path, model.WriteTo);
        }
        catch (Exception e) when (FileFailure.Is(e))
        {
            throw new IOException($"The ONNX model cannot be written to '{path}': {Sentence.Of(e.Message)}", e);
        }
    }

    private IEnumerable<Property> Properties()
    {
        yield return Property("network", $"{network}");
        if (classNames is not null)
        {
            yield return Property("classes", JsonSerializer.Serialize(classNames, ModelJson.Default.IReadOnlyListString));
        }

        yield return Property("image_size", decoding.Size.ToString(CultureInfo.InvariantCulture));
        yield return Property("resizing", $"{decoding.Resizing}");
        yield return Property("mean", normalization.Mean);
        yield return Property("standard_deviation", normalization.StandardDeviation);
    }

    private static Property Property(string key, float[] values) =>
        Property(key, JsonSerializer.Serialize(values, ModelJson.Default.SingleArray));

    private static Property Property(string key, string value) => new() { Key = key, Value = value };
}
