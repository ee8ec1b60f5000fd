using Microsoft.ML;
using Plrs.MLNet;
using Plrs.MLNet.Experiments.Folders;

namespace PlrsTool.Models;

/// <summary>A trained model: the classifier and what comes after it, whatever loaded the images in training.</summary>
internal sealed class TrainedModel : IDisposable
{
    private readonly MLContext _mlContext;
    private readonly ITransformer _whole;

    private TrainedModel(MLContext mlContext, ITransformer whole)
    {
        _mlContext = mlContext;
        _whole = whole;
        FromImages = whole.ForImagesInMemory();
        Classifier = ((IEnumerable<ITransformer>)FromImages).OfType<TorchImageClassificationTransformer>().Single();
        ImageColumn = Classifier.FeatureColumnName
            ?? throw new InputException("its images are of ML.NET's own type, MLImage, and not files.");
        Classes = ModelOutput.ClassNames(Score([]).Schema);
    }

    /// <summary>The steps from the classifier on.</summary>
    public ITransformer FromImages { get; }

    public TorchImageClassificationTransformer Classifier { get; }

    /// <summary>The column that the classifier takes images from, as bytes.</summary>
    public string ImageColumn { get; }

    /// <summary>The classes, in the order of the scores.</summary>
    public string[] Classes { get; }

    /// <exception cref="InputException">There is no such file, or it is no such model.</exception>
    public static TrainedModel Open(MLContext mlContext, string path)
    {
        if (!File.Exists(path))
        {
            throw new InputException($"The file '{path}' does not exist.");
        }

        try
        {
            return new TrainedModel(mlContext, mlContext.Model.Load(path, out _));
        }
        catch (Exception e)
        {
            // ML.NET wraps what a model's part has to say.
            var cause = e is InvalidOperationException { InnerException: { } inner } ? inner.GetBaseException() : e;
            throw new InputException($"The file '{path}' is not a model for this program: {cause.Message}");
        }
    }

    /// <summary>Images with their scores; one that cannot be read has none.</summary>
    public IDataView Score(IEnumerable<ModelInput> images)
    {
        var rows = _mlContext.Data.LoadFromEnumerable(images);
        var loader = _mlContext.Transforms.LoadRawImageBytes(ImageColumn, imageFolder: null, nameof(ModelInput.ImagePath)).Fit(rows);
        return FromImages.Transform(loader.Transform(rows));
    }

    public void Dispose() => (_whole as IDisposable)?.Dispose();
}
