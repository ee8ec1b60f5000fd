using Microsoft.ML;
using Microsoft.ML.Data;
using Plrs.MLNet;

namespace Flowers.WebApi;

/// <summary>A trained model: images in memory in, the probability of each class out.</summary>
internal sealed class ImageModel
{
    private readonly MLContext _mlContext = new();
    private readonly ITransformer _model;
    private readonly SchemaDefinition _columns = SchemaDefinition.Create(typeof(Upload));

    /// <param name="path">A model of this library, trained on bytes or on files.</param>
    /// <param name="title">What the model is called.</param>
    /// <param name="maximumPixels">The most pixels of an image.</param>
    /// <exception cref="ModelException">The file is no such model.</exception>
    public ImageModel(string path, string title, long maximumPixels)
    {
        Title = title;
        try
        {
            _model = _mlContext.Model.Load(path, out _).ForImagesInMemory().WithMaximumImagePixels(maximumPixels);
            var classifier = ((IEnumerable<ITransformer>)_model).OfType<TorchImageClassificationTransformer>().Single();
            _columns[nameof(Upload.Image)].ColumnName = classifier.FeatureColumnName
                ?? throw new InvalidOperationException("It was trained on decoded images (LoadImages), not on the bytes of their files.");
            var network = classifier.Model.Network;
            Network = Plrs.MLNet.Network.Known.FirstOrDefault(known => known.Value.Equals(network)).Key ?? network.ToString();
            ImageSize = classifier.Model.ImageSize;
            Classes = ReadClasses();
            Training = TrainingCurves.Of(classifier.Model.TrainingRecord);
        }
        catch (Exception e)
        {
            // ML.NET wraps what a model's part has to say.
            throw new ModelException($"The file '{path}' is not a model for this program: {e.GetBaseException().Message}", e);
        }
    }

    /// <summary>What the model is called.</summary>
    public string Title { get; }

    /// <summary>The names of the classes, in the order of the scores.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>The network that was trained.</summary>
    public string Network { get; }

    /// <summary>The width and height in pixels that images are brought to.</summary>
    public int ImageSize { get; }

    /// <summary>How it was trained; <see langword="null"/> where the file does not say.</summary>
    public TrainingCurves? Training { get; }

    /// <summary>The probability of each class for each image, NaN for one that cannot be read, in one forward pass.</summary>
    public float[][] Score(IReadOnlyList<byte[]> images) =>
        [.. Transform(images.Select(image => new Upload { Image = image })).GetColumn<float[]>("Score")];

    private string[] ReadClasses()
    {
        VBuffer<ReadOnlyMemory<char>> names = default;
        Transform([]).Schema["Score"].GetSlotNames(ref names);
        return [.. names.DenseValues().Select(name => name.ToString())];
    }

    private IDataView Transform(IEnumerable<Upload> images) => _model.Transform(_mlContext.Data.LoadFromEnumerable(images, _columns));

    private sealed class Upload
    {
        public byte[] Image { get; set; } = [];
    }
}

/// <summary>A file that is no model for this program; the message says why.</summary>
internal sealed class ModelException(string message, Exception cause) : Exception(message, cause);
