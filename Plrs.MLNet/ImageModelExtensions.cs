using Microsoft.ML;
using Microsoft.ML.Data;
using Plrs.MLNet.ImageClassification;
using Plrs.MLNet.Records;

namespace Plrs.MLNet;

/// <summary>
/// Makes of a trained or loaded image classification model another one for where it is used, in ML.NET or beyond it. What is given is never
/// changed; several steps can follow each other.
/// </summary>
/// <example>
/// <code>
/// var model = mlContext.Model.Load("model.zip", out _)
///     .ForImagesInMemory()
///     .WithMaximumImagePixels(20_000_000);
/// </code>
/// </example>
public static class ImageModelExtensions
{
    /// <summary>
    /// Makes a model that takes images in memory of one that takes their paths: the trainer's step and all after it, without those before.
    /// Its input is the column of images that the trainer was given: bytes where the files were loaded with <c>LoadRawImageBytes</c>, and
    /// then the scores are the same to the last bit; <see cref="MLImage"/> where it was <c>LoadImages</c>. A label is not needed, save by
    /// steps that come after the trainer.
    /// </summary>
    /// <param name="model">
    /// The model: a chain with one <see cref="TorchImageClassificationTransformer"/>. Disposing of it disposes of the result, and the other
    /// way round.
    /// </param>
    /// <returns>The other model. It can be saved, too.</returns>
    /// <exception cref="InvalidOperationException">
    /// There is no such transformer in the model, or several are; or a step before it may change the images after they are loaded. The
    /// message names what was found.
    /// </exception>
    public static ITransformer ForImagesInMemory(this ITransformer model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return ModelChain.FromImages(model);
    }

    /// <summary>
    /// Makes a model that refuses images above another number of pixels than its training did: whoever hosts a model decides how much
    /// memory an image may take, four bytes a pixel while it is decoded. An image that claims more scores NaN, before memory is taken for
    /// it.
    /// </summary>
    /// <param name="model">The model: one <see cref="TorchImageClassificationTransformer"/> or more, alone or in a chain.</param>
    /// <param name="maximumImagePixels">The most pixels, width times height, that an encoded image may have: from 1 to 536,870,912.</param>
    /// <returns>The other model, with native memory of its own: either can be disposed of before the other.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maximumImagePixels"/> is out of its range.</exception>
    /// <exception cref="InvalidOperationException">There is no such transformer in the model; the message lists what was found.</exception>
    /// <exception cref="ObjectDisposedException">The model was disposed of.</exception>
    public static ITransformer WithMaximumImagePixels(this ITransformer model, long maximumImagePixels)
    {
        ArgumentNullException.ThrowIfNull(model);
        OptionsValidation.CheckPixelLimit(maximumImagePixels, nameof(maximumImagePixels));
        return ModelChain.WithClassifiers(model, classifier => classifier.WithMaximumImagePixels(maximumImagePixels));
    }

    /// <summary>
    /// Writes the trained weights of a model as safetensors, which PyTorch reads: names, shapes and values are those of the network's
    /// implementations there. The file's metadata has the format, "pt", the network with its arguments (<c>network</c>) and, where the
    /// classes have names, these as a JSON list (<c>classes</c>).
    /// </summary>
    /// <param name="model">The model: one <see cref="TorchImageClassificationTransformer"/>, alone or in a chain.</param>
    /// <param name="path">
    /// The file, by custom ending in <c>.safetensors</c>. It is there whole or not at all; one that has the name already is replaced.
    /// </param>
    /// <exception cref="ArgumentException"><paramref name="path"/> is empty.</exception>
    /// <exception cref="InvalidOperationException">
    /// There is no such transformer in the model, or several are; the message lists what was found.
    /// </exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    /// <exception cref="ObjectDisposedException">The model was disposed of.</exception>
    /// <example>
    /// <code>
    /// model.SaveWeights("flowers.safetensors"); // In Python: network.load_state_dict(safetensors.torch.load_file("flowers.safetensors"))
    /// </code>
    /// </example>
    public static void SaveWeights(this ITransformer model, string path)
    {
        ArgumentNullException.ThrowIfNull(model);
        ModelChain.Classifier(model).SaveWeights(path);
    }

    /// <summary>
    /// Saves the trained network of a model as an ONNX file that ML.NET's <c>ApplyOnnxModel</c>, ONNX Runtime and other programs score
    /// with: the same graph that scores here, with operators of version 17. Its output <c>probabilities</c>, float32 of shape (batch,
    /// classes), has the probability of each class. The metadata has the names of the classes, and what images must be like: see
    /// docs/onnx.md. The model's other steps are not in the file.
    /// </summary>
    /// <param name="model">The model: a chain with one <see cref="TorchImageClassificationTransformer"/>, or that transformer.</param>
    /// <param name="path">The file's name. A file of that name is replaced, when the new one is whole.</param>
    /// <param name="input">What the file takes. Default: normalised images.</param>
    /// <example>
    /// <code>
    /// model.SaveOnnx("flowers.onnx", OnnxInput.RgbPixels);
    /// </code>
    /// </example>
    /// <exception cref="ArgumentException"><paramref name="path"/> is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="input"/> is none of the values.</exception>
    /// <exception cref="IOException">The file cannot be written. The message names it.</exception>
    /// <exception cref="InvalidOperationException">
    /// There is no such transformer in the model, or several are; the message lists what was found. Or the weights have more than
    /// 2,000,000,000 bytes, which an ONNX file cannot hold.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The model was disposed of.</exception>
    public static void SaveOnnx(this ITransformer model, string path, OnnxInput input = OnnxInput.NormalizedImages)
    {
        ArgumentNullException.ThrowIfNull(model);
        var classifier = ModelChain.Classifier(model);
        classifier.Model.SaveOnnx(path, input, classifier.Classes);
    }

    /// <summary>How a model was trained: see <see cref="TrainingRecord"/>.</summary>
    /// <param name="model">The model: one <see cref="TorchImageClassificationTransformer"/>, alone or in a chain.</param>
    /// <returns>The record; <see langword="null"/> for a model from a file without one, or with one that cannot be read.</returns>
    /// <exception cref="InvalidOperationException">
    /// There is no such transformer in the model, or several are; the message lists what was found.
    /// </exception>
    public static TrainingRecord? GetTrainingRecord(this ITransformer model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return ModelChain.Classifier(model).Model.TrainingRecord;
    }
}
