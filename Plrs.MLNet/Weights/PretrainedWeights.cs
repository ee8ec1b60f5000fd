using Microsoft.ML;

namespace Plrs.MLNet.Weights;

/// <summary>The weights that training starts from: none, a network's for ImageNet, those of a file, or those of a trained model.</summary>
public abstract record PretrainedWeights
{
    private protected PretrainedWeights()
    {
    }

    /// <summary>None: the network is trained from scratch, from random weights.</summary>
    public static PretrainedWeights None { get; } = new RandomWeights();

    /// <summary>
    /// Those that the network got by learning the 1,000 classes of ImageNet. For <see cref="Networks.Network.MLNetResNet18"/> they come with the package
    /// <c>Microsoft.ML.DnnImageFeaturizer.ResNet18</c>, which the program is to reference; for others they are downloaded once, into ML.NET's folder of resources.
    /// </summary>
    public static PretrainedWeights ImageNet { get; } = new ImageNetWeights();

    /// <summary>
    /// Those of a file: safetensors, PyTorch's (<c>.pth</c>, <c>.pt</c>, <c>.th</c>) or ONNX, told apart by what is in it. Its names are those of the network's tensors, which are
    /// torchvision's. A head for another number of classes is left out, and the model gets a new one.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="mean">
    /// The mean of red, green and blue, from 0 to 1, that the network was trained with. Default <see langword="null"/>: torchvision's for a network that is made for photos,
    /// measured on the training images for one that is made for small images.
    /// </param>
    /// <param name="standardDeviation">Their standard deviations, above 0; given where <paramref name="mean"/> is.</param>
    /// <returns>The weights, which are read when training starts.</returns>
    /// <exception cref="ArgumentException"><paramref name="path"/> is empty; or only one of mean and standard deviation is given, or one without three finite values, or a deviation is not above 0.</exception>
    public static PretrainedWeights File(string path, IReadOnlyList<float>? mean = null, IReadOnlyList<float>? standardDeviation = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        Check(mean, nameof(mean), float.IsFinite, "three finite numbers, of red, green and blue");
        Check(standardDeviation, nameof(standardDeviation), value => float.IsFinite(value) && value > 0, "three finite numbers above 0, of red, green and blue");
        return mean is null == standardDeviation is null
            ? new FileWeights(path, mean, standardDeviation)
            : throw new ArgumentException("A mean needs a standardDeviation, and a standardDeviation a mean.", nameof(mean));
    }

    /// <summary>
    /// Those of a model of this library, which is trained on: with more data, other rates, or other classes. The rows of the head whose class has the name of a new class are kept.
    /// The network, the size of the images and how they are brought to it are the model's where the options leave them open; the normalisation is the model's.
    /// </summary>
    /// <param name="model">The trained model, with one <c>TorchImageClassificationTransformer</c> in it.</param>
    /// <returns>The weights.</returns>
    public static PretrainedWeights Model(ITransformer model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return new ModelWeights(model);
    }

    /// <summary>Those of a model that was saved by ML.NET's <c>Model.Save</c>: see <see cref="Model(ITransformer)"/>.</summary>
    /// <param name="path">The file, such as <c>model.zip</c>; it is read at once.</param>
    /// <returns>The weights.</returns>
    /// <exception cref="ArgumentException"><paramref name="path"/> is empty.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="FormatException">The file is no model, or damaged.</exception>
    public static PretrainedWeights Model(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        return new ModelWeights(new MLContext().Model.Load(path, out _));
    }

    private static void Check(IReadOnlyList<float>? channels, string name, Func<float, bool> isRight, string allowed)
    {
        if (channels is not null && (channels.Count != 3 || !channels.All(isRight)))
        {
            throw new ArgumentException($"{name} must be {allowed}, or null.", name);
        }
    }

    internal sealed record RandomWeights : PretrainedWeights;

    internal sealed record ImageNetWeights : PretrainedWeights;

    internal sealed record FileWeights(string Path, IReadOnlyList<float>? Mean, IReadOnlyList<float>? StandardDeviation) : PretrainedWeights;

    internal sealed record ModelWeights(ITransformer Transformer) : PretrainedWeights;
}
