using Microsoft.ML;
using Microsoft.ML.Data;
using Plrs.MLNet.Networks;
using Plrs.MLNet.Tests.Support;

namespace Plrs.MLNet.Tests.ImageClassification;

[TestClass]
[DoNotParallelize]
public sealed class ReadmeTests
{
    [TestMethod]
    public void TheReadmesLinesAreTheProgramThatIsTested()
    {
        var source = File.ReadAllText(Path.Combine(Checkout.Root, "Plrs.MLNet.Tests", "ImageClassification", "ReadmeProgram.cs"));
        var program = Lines(source.Split("// From here")[1].Split("// to here")[0]);

        var readme = Lines(File.ReadAllText(Path.Combine(Checkout.Root, "README.md")).Split("```csharp")[1].Split("```")[0]);

        Assert.IsGreaterThan(5, program.Length);
        CollectionAssert.AreEqual(program, readme.SkipWhile(line => line.StartsWith("using ", StringComparison.Ordinal)).ToArray());
    }

    [TestMethod]
    public void TheReadmesLinesFineTuneAPretrainedNetworkAndSaveIt()
    {
        using var folder = new ImageFolder(imagesPerClass: 5);
        using var output = new TemporaryFolder();
        var here = Directory.GetCurrentDirectory();
        Directory.SetCurrentDirectory(output.Path);
        try
        {
            var model = ReadmeProgram.Run(folder.Path, folder.Rows);

            var mlContext = new MLContext();
            var data = mlContext.Data.LoadFromEnumerable(folder.Rows);
            var predicted = mlContext.Model.Load("model.zip", out _).Transform(data).GetColumn<string>("PredictedLabel").ToArray();
            Assert.AreEqual(Network.MLNetResNet18, TestPipeline.Model(model).Network);
            Assert.IsGreaterThanOrEqualTo(12, predicted.Zip(folder.Rows, (label, row) => label == row.Label).Count(right => right));
        }
        finally
        {
            Directory.SetCurrentDirectory(here);
        }
    }

    private static string[] Lines(string text) =>
        [.. text.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0)];
}
