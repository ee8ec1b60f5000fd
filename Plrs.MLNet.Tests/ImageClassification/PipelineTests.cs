using Microsoft.ML;
using Microsoft.ML.Data;
using Plrs.MLNet.Tests.Support;

namespace Plrs.MLNet.Tests.ImageClassification;

[TestClass]
public sealed class PipelineTests
{
    [TestMethod]
    public void AFolderOfImagesTrainsAndEvaluates()
    {
        var mlContext = new MLContext(seed: 1);
        using var train = new ImageFolder(imagesPerClass: 16);
        using var test = new ImageFolder(imagesPerClass: 5);

        var model = TestPipeline.FromFiles(mlContext, train, TestPipeline.QuickOptions(epochs: 8)).Fit(train.Load(mlContext));

        // The folder is part of the fitted pipeline, so the test images are given by their full paths.
        var rows = test.Rows.Select(row => new ImageRow { ImagePath = Path.Combine(test.Path, row.ImagePath), Label = row.Label });
        var metrics = mlContext.MulticlassClassification.Evaluate(model.Transform(mlContext.Data.LoadFromEnumerable(rows)));
        Assert.IsGreaterThan(0.9, metrics.MicroAccuracy, metrics.ConfusionMatrix.GetFormattedConfusionTable());
        Assert.AreEqual(3, metrics.ConfusionMatrix.NumberOfClasses);
    }

    [TestMethod]
    public void OutputColumnsAreThoseOfAnMLNetTrainer()
    {
        var mlContext = new MLContext(seed: 1);
        var data = mlContext.Data.LoadFromEnumerable(TestPipeline.Images(9));
        var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(mlContext.MulticlassClassification.Trainers.TorchImageClassification(TestPipeline.QuickOptions(epochs: 1)));

        var schema = pipeline.Fit(data).Transform(data).Schema;

        var score = schema["Score"];
        Assert.AreEqual(new VectorDataViewType(NumberDataViewType.Single, 3), score.Type);
        VBuffer<ReadOnlyMemory<char>> names = default;
        score.GetSlotNames(ref names);
        CollectionAssert.AreEqual(TestImages.Classes, names.DenseValues().Select(name => name.ToString()).ToArray());
        Assert.IsNotNull(score.Annotations.Schema.GetColumnOrNull("TrainingLabelValues"), "training label annotation");

        var predicted = schema["PredictedLabel"];
        Assert.AreEqual(3UL, ((KeyDataViewType)predicted.Type).Count);
        VBuffer<ReadOnlyMemory<char>> values = default;
        predicted.GetKeyValues(ref values);
        CollectionAssert.AreEqual(TestImages.Classes, values.DenseValues().Select(value => value.ToString()).ToArray());
    }

    [TestMethod]
    public void OutputColumnsCanBeRenamedAndAreKnownToLaterEstimators()
    {
        var mlContext = new MLContext(seed: 1);
        var data = mlContext.Data.LoadFromEnumerable(TestPipeline.Images(6));
        var options = TestPipeline.QuickOptions(epochs: 1);
        options.ScoreColumnName = "Probabilities";
        options.PredictedLabelColumnName = "Guess";
        var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(mlContext.MulticlassClassification.Trainers.TorchImageClassification(options))
            .Append(mlContext.Transforms.Conversion.MapKeyToValue("Word", "Guess"))
            .Append(mlContext.Transforms.NormalizeMinMax("Probabilities"));

        var schema = pipeline.Fit(data).Transform(data).Schema;

        Assert.AreEqual(TextDataViewType.Instance, schema["Word"].Type);
        Assert.AreEqual(new VectorDataViewType(NumberDataViewType.Single, 3), schema["Probabilities"].Type);
        Assert.IsNull(schema.GetColumnOrNull("Score"));
    }

    [TestMethod]
    public void LabelsMayBeNumbers()
    {
        var mlContext = new MLContext(seed: 1);
        var images = TestPipeline.Images(6)
            .Select(image => new NumberedImage { Image = image.Image, Label = 100 + Array.IndexOf(TestImages.Classes, image.Label) });
        var data = mlContext.Data.LoadFromEnumerable(images);

        var predicted = TestPipeline.FromMemory(mlContext, TestPipeline.QuickOptions(epochs: 1)).Fit(data).Transform(data)
            .GetColumn<int>("PredictedLabel");

        Assert.IsTrue(predicted.All(label => label is >= 100 and <= 102));
    }

    [TestMethod]
    public void ScoresAreProbabilities()
    {
        var mlContext = new MLContext(seed: 1);
        var data = mlContext.Data.LoadFromEnumerable(TestPipeline.Images(12));

        var transformed = TestPipeline.FromMemory(mlContext, TestPipeline.QuickOptions(epochs: 1)).Fit(data).Transform(data);

        foreach (var prediction in mlContext.Data.CreateEnumerable<ImagePrediction>(transformed, reuseRowObject: false))
        {
            Assert.AreEqual(1, prediction.Score.Sum(), 1e-5);
            Assert.IsTrue(prediction.Score.All(score => score is >= 0 and <= 1));
            Assert.AreEqual(TestImages.Classes[Array.IndexOf(prediction.Score, prediction.Score.Max())], prediction.PredictedLabel);
        }
    }

    [TestMethod]
    public void CrossValidationTrainsOneModelAFold()
    {
        var mlContext = new MLContext(seed: 1);
        var data = mlContext.Data.LoadFromEnumerable(TestPipeline.Images(45));
        var pipeline = TestPipeline.FromMemory(mlContext, TestPipeline.QuickOptions(epochs: 8));

        var folds = mlContext.MulticlassClassification.CrossValidate(data, pipeline, numberOfFolds: 3);

        Assert.HasCount(3, folds);
        Assert.AreEqual(3, folds.Select(fold => TestPipeline.Model(fold.Model)).Distinct().Count());
        Assert.IsGreaterThan(0.8, folds.Average(fold => fold.Metrics.MicroAccuracy));
    }

    [TestMethod]
    public void TheSimpleOverloadUsesItsColumnNames()
    {
        var trainer = new MLContext(seed: 1).MulticlassClassification.Trainers.TorchImageClassification("Kind", "Photo", "S", "P");

        Assert.AreEqual("Kind", trainer.LabelColumn.Name);
        Assert.AreEqual("Photo", trainer.FeatureColumn.Name);
        Assert.IsFalse(trainer.Info.NeedNormalization);
    }

    [TestMethod]
    public void OptionsChangedLaterDoNotReachTheTrainer()
    {
        var mlContext = new MLContext(seed: 1);
        var epochs = 0;
        var options = TestPipeline.QuickOptions(epochs: 1);
        options.MetricsCallback = _ => epochs++;
        var pipeline = TestPipeline.FromMemory(mlContext, options);

        options.Epoch = 5;
        pipeline.Fit(mlContext.Data.LoadFromEnumerable(TestPipeline.Images(6)));

        Assert.AreEqual(1, epochs);
    }

    [TestMethod]
    [DataRow("ResNet20")]
    [DataRow("ResNet110")]
    public void EveryDepthTrains(string name)
    {
        var mlContext = new MLContext(seed: 1);
        var losses = new List<float>();
        var options = TestPipeline.QuickOptions(epochs: 1);
        options.Arch = Network.Known[name];
        options.Images.Size = 8;
        options.Reporting.Observers = [.. options.Reporting.Observers, new Watching { Step = step => losses.Add(step.CrossEntropy) }];

        var model = TestPipeline.FromMemory(mlContext, options).Fit(mlContext.Data.LoadFromEnumerable(TestPipeline.Images(16)));

        Assert.AreEqual(3, TestPipeline.Model(model).ClassCount);
        Assert.HasCount(2, losses);
        Assert.IsTrue(losses.All(float.IsFinite));
    }

    private sealed class NumberedImage
    {
        public byte[] Image { get; set; } = [];

        public int Label { get; set; }
    }
}
