using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.TorchSharp;
using Plrs.MLNet;

// ML.NET's own text classifier with PLRS: one more line in the pipeline. Run it in the repository's root.
const string ModelPath = "artifacts/TextClassification/model.zip";

var mlContext = new MLContext(seed: 1);
var sentences = mlContext.Data.LoadFromTextFile<TopicSentence>(Path.Combine(AppContext.BaseDirectory, "sentences.tsv"), hasHeader: true);
var split = mlContext.Data.TrainTestSplit(sentences, testFraction: 0.25);

var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label", nameof(TopicSentence.Topic))
    .Append(mlContext.MulticlassClassification.Trainers.TextClassification(
        sentence1ColumnName: nameof(TopicSentence.Sentence), batchSize: 8, maxEpochs: 10))
    .Append(mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel"))
    .UsePlrs(5e-5, 1.5e-4);

// The first time, ML.NET downloads the pretrained weights, 18 MB, to the folder "mlnet" in TempFilePath.
Console.WriteLine($"Training; what ML.NET downloads the first time, it keeps in {Path.Combine(mlContext.TempFilePath, "mlnet")}.");
var model = pipeline.Fit(split.TrainSet);
Directory.CreateDirectory(Path.GetDirectoryName(ModelPath)!);

// ML.NET empties a file before it fills it. In this way, a full disk leaves the model that was there before.
const string Temporary = ModelPath + ".tmp";
mlContext.Model.Save(model, sentences.Schema, Temporary);
File.Move(Temporary, ModelPath, overwrite: true);

var loaded = mlContext.Model.Load(ModelPath, out _);
var scored = loaded.Transform(split.TestSet);
var metrics = mlContext.MulticlassClassification.Evaluate(scored);
Console.WriteLine(
    string.Create(
        CultureInfo.InvariantCulture, $"Held-out sentences: accuracy {metrics.MicroAccuracy:P1}. Saved and loaded again: {ModelPath}"));
foreach (var prediction in mlContext.Data.CreateEnumerable<Prediction>(scored, reuseRowObject: true))
{
    Console.WriteLine($"{prediction.PredictedLabel,-8} {prediction.Sentence}");
}

internal sealed class TopicSentence
{
    [LoadColumn(0)]
    public string Topic { get; set; } = "";

    [LoadColumn(1)]
    public string Sentence { get; set; } = "";
}

internal sealed class Prediction
{
    public string Sentence { get; set; } = "";

    public string PredictedLabel { get; set; } = "";
}
