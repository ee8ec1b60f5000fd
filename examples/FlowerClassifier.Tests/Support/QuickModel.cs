using System.IO.Compression;
using Microsoft.ML;
using Plrs.MLNet;
using Plrs.MLNet.Records;
using Plrs.MLNet.Schedules;
using Plrs.MLNet.Tests.Support;

namespace Flowers.Tests.Support;

/// <summary>A small model that tells discs, squares and stripes apart, trained in two seconds.</summary>
[TestClass]
public sealed class QuickModel
{
    private static readonly TemporaryFolder Folder = new();
    private static readonly Lazy<string> File = new(Train);

    /// <summary>The model's file, trained on bytes as FlowerClassifier trains it.</summary>
    public static string Path => File.Value;

    /// <summary>How small models are trained.</summary>
    public static TorchImageClassificationTrainer.Options Options(string imageColumn) => new()
    {
        FeatureColumnName = imageColumn,
        Arch = Network.ResNet20,
        StartFrom = PretrainedWeights.None,
        Epoch = 20,
        BatchSize = 8,
        Images = { Size = 16 },
        ValidationSetFraction = 0.1f,
        EarlyStoppingCriteria = null,
        Schedule = new PlrsSchedule(0.005, 0.01),
        WeightAveraging = WeightAveraging.None,
        Steps = { Device = TorchDevice.Cpu },
    };

    /// <summary>The model with another record of its training.</summary>
    /// <param name="path">The file to write.</param>
    /// <param name="record">The record, or <see langword="null"/> for a model without one.</param>
    public static void SaveWith(string path, TrainingRecord? record)
    {
        System.IO.File.Copy(Path, path);
        using var zip = ZipFile.Open(path, ZipArchiveMode.Update);
        var entry = zip.Entries.Single(entry => entry.Name == "TrainingRecord.json");
        var name = entry.FullName;
        entry.Delete();
        if (record is not null)
        {
            using var writer = new StreamWriter(zip.CreateEntry(name).Open());
            writer.Write(record.ToJson());
        }
    }

    /// <summary>The record of a training that was stopped after a number of steps, of which an epoch has seven.</summary>
    public static TrainingRecord RecordOfStopped(int steps)
    {
        using var stop = new CancellationTokenSource();
        var options = Options("ImageSource");
        options.Stopping.Token = stop.Token;
        options.Reporting.Observers = [.. options.Reporting.Observers, new Watching { Step = step =>
        {
            if (step.Step.Index + 1 == steps)
            {
                stop.Cancel();
            }
        } }];
        return Fit(options).Model.GetTrainingRecord()!;
    }

    [AssemblyCleanup]
    public static void Remove() => Folder.Dispose();

    private static string Train()
    {
        var (model, images, mlContext) = Fit(Options("ImageSource"));
        Assert.AreEqual(
            1,
            mlContext.MulticlassClassification.Evaluate(model.Transform(images)).MicroAccuracy,
            "What the tests ask of the model, it must know.");
        var path = Folder.File("model.zip");
        mlContext.Model.Save(model, images.Schema, path);
        return path;
    }

    private static (ITransformer Model, IDataView Images, MLContext MLContext) Fit(TorchImageClassificationTrainer.Options options)
    {
        var mlContext = new MLContext(seed: 1);
        var images = mlContext.Data.LoadFromEnumerable(Enumerable.Range(0, 60).Select(i => new FlowerClassifier.ModelInput
        {
            Label = TestImages.Classes[i % 3],
            ImageSource = TestImages.Encode(TestImages.Classes[i % 3], i / 3),
        }));
        var model = mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(mlContext.MulticlassClassification.Trainers.TorchImageClassification(options))
            .Append(mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel"))
            .Fit(images);
        return (model, images, mlContext);
    }
}
