using Microsoft.ML;

namespace Plrs.MLNet;

/// <summary>The weights that training starts from: none, a network's for ImageNet, those of a file, or those of a trained model.</summary>
public abstract record PretrainedWeights
{
    private protected PretrainedWeights()
    {
    }

    /// <summary>None: the network is trained from scratch, from random weights.</summary>
    public static PretrainedWeights None { get; } = new RandomWeights();

    /// <summary>
    /// Those that the network got by learning the 1,000 classes of ImageNet. For <see cref="Network.MLNetResNet18"/> they come with the
    /// package <c>Microsoft.ML.DnnImageFeaturizer.ResNet18</c>, which the program is to reference; for others they are downloaded once,
    /// into ML.NET's folder of resources.
    /// </summary>
    public static PretrainedWeights ImageNet { get; } = new ImageNetWeights(Sha256: null);

    /// <summary>
    /// <see cref="ImageNet"/> by a file of which the whole SHA-256 is known, not only its first eight digits, which stand in the names of
    /// torchvision's files.
    /// </summary>
    /// <param name="sha256">The SHA-256 of the file that is downloaded, in 64 hexadecimal digits.</param>
    /// <returns>The weights.</returns>
    /// <exception cref="ArgumentException"><paramref name="sha256"/> is empty.</exception>
    public static PretrainedWeights ImageNetOf(string sha256)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(sha256);
        return new ImageNetWeights(sha256);
    }

    /// <summary>
    /// Those of a file: safetensors, PyTorch's (<c>.pth</c>, <c>.pt</c>, <c>.th</c>) or ONNX, told apart by what is in it. Its names are
    /// those of the network's tensors, which are torchvision's. A head for another number of classes is left out, and the model gets a new
    /// one.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="normalization">
    /// The colours that the network was trained with. Default <see langword="null"/>: what the network says; else
    /// <see cref="ImageNormalization.ImageNet"/> for one that is made for photos of 224×224, and measured on the training images for one
    /// that is made for small images.
    /// </param>
    /// <returns>The weights, which are read when training starts.</returns>
    /// <exception cref="ArgumentException"><paramref name="path"/> is empty.</exception>
    public static PretrainedWeights File(string path, ImageNormalization? normalization = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        return new FileWeights(path, normalization);
    }

    /// <summary>
    /// Those of a model of this library, which is trained on: with more data, other rates, or other classes. The rows of the head whose
    /// class has the name of a new class are kept. The network, the size of the images and how they are brought to it are the model's where
    /// the options leave them open; the normalisation is the model's.
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

    internal sealed record RandomWeights : PretrainedWeights;

    internal sealed record ImageNetWeights(string? Sha256) : PretrainedWeights;

    internal sealed record FileWeights(string Path, ImageNormalization? Normalization) : PretrainedWeights;

    internal sealed record ModelWeights(ITransformer Transformer) : PretrainedWeights;
}
