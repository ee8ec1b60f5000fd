using Microsoft.ML;
using Microsoft.ML.Data;
using Plrs.MLNet.Networks;
using Plrs.MLNet.Tests.ImageClassification;
using Plrs.MLNet.Tests.Support;

namespace Plrs.MLNet.Tests.Documentation;

/// <summary>The lines of the README, run as they stand there, in a folder of their own. Those of the first steps are run in <see cref="Build.LibraryPackageTests"/>.</summary>
[TestClass]
[DoNotParallelize]
public sealed class RunningSnippetTests : IDisposable
{
    private readonly string _here = Directory.GetCurrentDirectory();
    private readonly TemporaryFolder _output = new();

    public RunningSnippetTests() => Directory.SetCurrentDirectory(_output.Path);

    public void Dispose()
    {
        Directory.SetCurrentDirectory(_here);
        _output.Dispose();
    }

    [TestMethod]
    public void TheReadmesLinesFineTuneAPretrainedNetworkAndSaveIt()
    {
        using var folder = new ImageFolder(imagesPerClass: 5);
        var readme = Snippet.OfPages().Where(snippet => snippet.Page == "README.md").ToArray();
        var mlContext = new MLContext();
        var data = mlContext.Data.LoadFromEnumerable(folder.Rows);

        new CompiledSnippet(readme[0]).Run([], ("imageFolder", folder.Path), ("images", data));

        var model = mlContext.Model.Load("model.zip", out _);
        var predicted = model.Transform(data).GetColumn<string>("PredictedLabel").ToArray();
        Assert.AreEqual(Network.MLNetResNet18, TestPipeline.Model(model).Network);
        Assert.IsGreaterThanOrEqualTo(12, predicted.Zip(folder.Rows, (label, row) => label == row.Label).Count(right => right));
        new CompiledSnippet(readme[1]).Run([]);
        RunWithModel("docs/onnx.md", model);
        RunWithModel("docs/weights.md", model);
        Assert.AreEqual("flowers.onnx, flowers.safetensors, model.zip", string.Join(", ", Directory.GetFiles(".").Select(Path.GetFileName).Order(StringComparer.Ordinal)));
    }

    private static void RunWithModel(string page, ITransformer model) =>
        new CompiledSnippet(Snippet.OfPages().First(snippet => snippet.Page == page)).Run([], ("model", model));
}
