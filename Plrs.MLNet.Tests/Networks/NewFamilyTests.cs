using Microsoft.ML;
using Plrs.MLNet.Networks;
using Plrs.MLNet.Tests.ImageClassification;
using Plrs.MLNet.Weights;

namespace Plrs.MLNet.Tests.Networks;

/// <summary>A family of networks is a class and its name in the catalog: with these it trains, folds, saves, loads and scores.</summary>
[TestClass]
public sealed class NewFamilyTests
{
    [TestMethod]
    public void ANetworkOfOnesOwnTrainsFoldsSavesLoadsAndScores()
    {
        NetworkCatalog.Register("TwoConvolutions", arguments => new TwoConvolutions(arguments.WholeNumber("width")));
        var mlContext = new MLContext(seed: 1);
        var data = mlContext.Data.LoadFromEnumerable(TestPipeline.Images(60));
        var options = TestPipeline.QuickOptions(epochs: 12);
        options.Arch = new TwoConvolutions(width: 8);
        options.Images.Size = null;
        using var model = TestPipeline.FromMemory(mlContext, options).Fit(data);
        using var stream = new MemoryStream();
        mlContext.Model.Save(model, data.Schema, stream);
        stream.Position = 0;

        var loaded = mlContext.Model.Load(stream, out _);

        Assert.AreEqual(new TwoConvolutions(width: 8), TestPipeline.Model(loaded).Network);
        CollectionAssert.AreEqual(TestPipeline.Scores(model, data), TestPipeline.Scores(loaded, data));
        Assert.IsGreaterThan(0.8, mlContext.MulticlassClassification.Evaluate(loaded.Transform(data)).MicroAccuracy);
        var folded = BatchNormFolding.Fold(TestPipeline.Model(loaded).Weights);
        Assert.IsFalse(folded.Graph.Nodes.Any(node => node.Operation is Operation.BatchNorm));
        CollectionAssert.AreEqual(new[] { "stem", "body", "head" }, folded.Graph.Groups.ToArray());
    }

    [TestMethod]
    public void ANetworkWithDropoutBesideAShortcutIsValidatedAndScores()
    {
        var mlContext = new MLContext(seed: 1);
        var data = mlContext.Data.LoadFromEnumerable(TestPipeline.Images(12));
        var options = TestPipeline.QuickOptions(epochs: 1);
        options.Arch = new Dropping();
        options.Images.Size = null;
        options.ValidationSetFraction = 0.5f;
        var validated = new List<float>();
        options.MetricsCallback = metrics => validated.Add(metrics.CrossEntropy);

        var model = TestPipeline.FromMemory(mlContext, options).Fit(data);

        Assert.HasCount(2, validated);
        Assert.IsTrue(Array.TrueForAll(TestPipeline.Scores(model, data), float.IsFinite));
    }

    [TestMethod]
    public void AModelWhoseNetworkNobodyRegisteredSaysWhatToDo()
    {
        NetworkCatalog.Register("Passing", _ => new Passing());
        var mlContext = new MLContext(seed: 1);
        var data = mlContext.Data.LoadFromEnumerable(TestPipeline.Images(6));
        var options = TestPipeline.QuickOptions(epochs: 1);
        options.Arch = new Passing();
        using var stream = new MemoryStream();
        mlContext.Model.Save(TestPipeline.FromMemory(mlContext, options).Fit(data), data.Schema, stream);
        stream.Position = 0;
        NetworkCatalog.Register("Passing", _ => throw new FormatException("gone"));

        var error = Assert.Throws<InvalidOperationException>(() => mlContext.Model.Load(stream, out _));

        Assert.Contains("The model cannot be loaded: its network is a 'Passing' that cannot be made: gone.", error.ToString());
    }

    private sealed class TwoConvolutions(int width) : NetworkDefinition("TwoConvolutions", ("width", width))
    {
        public override int ImageSize => 16;

        protected override Layer DescribeFeatures(Layer images) => images
            .InGroup("stem").Convolution("conv1", width, kernel: 3).BatchNorm("bn1").Relu()
            .InGroup("body").Convolution("conv2", 2 * width, kernel: 3, stride: 2).BatchNorm("bn2").Relu()
            .GlobalAveragePool();
    }

    private sealed class Dropping() : NetworkDefinition("Dropping")
    {
        public override int ImageSize => 8;

        protected override Layer DescribeFeatures(Layer images)
        {
            var x = images.Convolution("conv1", 4, kernel: 3).BatchNorm("bn1").Relu();
            return x.Dropout(0.2).Convolution("conv2", 4, kernel: 3).BatchNorm("bn2").StochasticDepth(0.2).Add(x).Relu()
                .GlobalAveragePool().Dropout(0.2);
        }
    }

    private sealed class Passing() : NetworkDefinition("Passing")
    {
        protected override Layer DescribeFeatures(Layer images) => images.GlobalAveragePool();
    }
}
