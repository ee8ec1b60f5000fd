using Microsoft.ML;
using Plrs.MLNet.Schedules;
using Plrs.MLNet.Tests.ImageClassification;
using Plrs.MLNet.Tests.Support;
using TorchSharp;

namespace Plrs.MLNet.Tests.Documentation;

/// <summary>
/// What running snippets have around them: drawn images, a trained model, and small values for the variables of <see cref="Given"/>.
/// </summary>
internal sealed class Surroundings : IDisposable
{
    /// <summary>As a record of training has them: those of the pipeline.</summary>
    public const string Bounds = "[0.05, 0.1]";

    private readonly ImageFolder _images = new(imagesPerClass: 5);
    private readonly TemporaryFolder _files = new();
    private readonly string _modelFile;

    public Surroundings()
    {
        // The pages' ONNX file takes images of 224 pixels; low rates leave the model some doubt, so that its scores differ from image to
        // image.
        var options = TestPipeline.QuickOptions(epochs: 1);
        options.Images.Size = 224;
        options.Schedule = new PlrsSchedule(0.005, 0.01);
        var mlContext = new MLContext(seed: 1);
        using var model = TestPipeline.FromFiles(mlContext, _images, options).Fit(_images.Load(mlContext));
        _modelFile = _files.File("model.zip");
        mlContext.Model.Save(model, _images.Load(mlContext).Schema, _modelFile);
    }

    public ImageFolder Images => _images;

    /// <summary>For a program that trains on all images of the folder that it is given.</summary>
    public ImageFolder FewImages { get; } = new(imagesPerClass: 2, classes: 2);

    /// <summary>
    /// The images that a snippet's variables lead to. The first one of a README trains the default network, which takes its time.
    /// </summary>
    public ImageFolder ImagesOf(Snippet snippet) =>
        snippet.Begins("README.md", "using ") || snippet.Begins("Plrs.MLNet/README.md", "using ") ? FewImages : _images;

    /// <summary>A folder to run snippets in, with the model's file.</summary>
    public TemporaryFolder NewWorkingFolder()
    {
        var folder = new TemporaryFolder();
        File.Copy(_modelFile, folder.File("model.zip"));
        return folder;
    }

    /// <summary>The variables of <see cref="Given"/>, new ones for each snippet of a page.</summary>
    public IReadOnlyDictionary<string, object> NewVariables(Snippet snippet)
    {
        var mlContext = new MLContext(seed: 1);
        var folder = ImagesOf(snippet);
        using var numbers = new torch.Generator(1);
        var network = torch.nn.Linear(3, 1);
        torch.nn.init.constant_(network.weight, 0.5);
        torch.nn.init.constant_(network.bias, 0);
        return new Dictionary<string, object>
        {
            ["mlContext"] = mlContext,
            ["imageFolder"] = folder.Path,
            ["folder"] = folder.Path,
            ["bytes"] = TestImages.Encode("disc", number: 0),
            ["images"] = folder.Load(mlContext),
            ["data"] = folder.Load(mlContext),
            ["pipeline"] = TestPipeline.FromFiles(mlContext, _images, TestPipeline.QuickOptions(epochs: 2)),
            ["preprocessing"] = mlContext.Transforms.Conversion.MapValueToKey("Label")
                .Append(mlContext.Transforms.LoadRawImageBytes("Image", _images.Path, nameof(ImageRow.ImagePath))),
            ["trainer"] = mlContext.MulticlassClassification.Trainers.TorchImageClassification(TestPipeline.QuickOptions(epochs: 2)),
            ["model"] = mlContext.Model.Load(_modelFile, out _),
            ["options"] = NewOptions(snippet.Page),
            ["network"] = network,
            ["optimizer"] = torch.optim.SGD(network.parameters(), 0.1),
            ["batches"] = Enumerable.Range(0, 8).Select(_ => torch.randn(16, 4, generator: numbers)).ToList(),
        };
    }

    /// <summary>Trains with options, on images of the classes that the pages name.</summary>
    public ITransformer Fit(TorchImageClassificationTrainer.Options options)
    {
        var mlContext = new MLContext(seed: 1);
        return TestPipeline.FromFiles(mlContext, _images, options).Fit(
            mlContext.Data.LoadFromEnumerable(_images.Rows.Where(row => row.Label != "stripes")));
    }

    /// <summary>The model as another program has it.</summary>
    public ITransformer SaveAndLoad(ITransformer model)
    {
        var mlContext = new MLContext();
        mlContext.Model.Save(model, _images.Load(mlContext).Schema, _files.File("other.zip"));
        return mlContext.Model.Load(_files.File("other.zip"), out _);
    }

    public void Dispose()
    {
        _files.Dispose();
        _images.Dispose();
        FewImages.Dispose();
    }

    private TorchImageClassificationTrainer.Options NewOptions(string page) => new()
    {
        FeatureColumnName = "Image",
        Images = { Size = 32 },
        Epoch = 2,
        Schedule = new PlrsSchedule(0.002, 0.005),

        // That page names the layers of the default network, which takes longer.
        StartFrom = page == "docs/fine-tuning.md" ? null : PretrainedWeights.Model(_modelFile),
    };
}
