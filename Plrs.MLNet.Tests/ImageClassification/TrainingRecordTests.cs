using System.IO.Compression;
using System.Text;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using Plrs.MLNet.ImageClassification;
using Plrs.MLNet.Records;
using Plrs.MLNet.Tests.Checkpoints;
using Plrs.MLNet.Tests.ImageClassification.ModelFiles;
using Plrs.MLNet.Tests.Support;

namespace Plrs.MLNet.Tests.ImageClassification;

[TestClass]
public sealed class TrainingRecordTests
{
    private static readonly ModelZip Intact = ModelZip.Create(options =>
    {
        options.ValidationSetFraction = 0.25f;
        options.WorkspacePath = null;
    });

    private static readonly string Entry = Path.Combine(Intact.Folder, RecordFile.EntryName);

    [TestMethod]
    public void ItSaysHowTheModelWasTrained()
    {
        var (model, data, _) = Train(QuickRun.QuickOptions(), images: 20);
        var record = model.GetTrainingRecord()!;

        Assert.AreEqual("CifarResNet(depth: 20)", record.Network);
        Assert.AreEqual("nothing, random", record.StartFrom);
        Assert.AreEqual(QuickRun.Seed, record.Seed);
        Assert.AreEqual("PLRS U[0.05, 0.1], seed 11, redrawn every step", record.Schedule.Description);
        Assert.AreEqual((0.05, 0.1), (record.Schedule.MinimumLearningRate, record.Schedule.MaximumLearningRate));
        Assert.IsNull(record.Schedule.RangeTest);
        Assert.AreEqual((15, 5, 0, 3), (record.Images.Training, record.Images.Validation, record.Images.Skipped, record.Images.ClassCount));
        Assert.AreEqual("triangle 1", record.Images.Resampling);
        Assert.AreEqual("disc square stripes", string.Join(' ', record.Images.Classes.Select(kind => kind.Name)));
        Assert.AreEqual(15, record.Images.Classes.Sum(kind => kind.Training));
        Assert.AreEqual(5, record.Images.Classes.Sum(kind => kind.Validation));
        CollectionAssert.AreEqual(new[] { 0, 1, 2 }, record.Epochs.Select(epoch => epoch.Epoch).ToArray());
        Assert.IsTrue(record.Epochs.All(epoch => epoch is { CrossEntropy: > 0, ValidationCrossEntropy: > 0, MeanGradientNorm: > 0 }));
        Assert.AreEqual((StopReason.Completed, "all 3 epochs are done"), (record.StopReason, record.StopText));
        Assert.AreEqual(
            ("4", "3", "exponential, decay 0.98", "none", "given"),
            (
                record.Options["BatchSize"],
                record.Options["Epoch"],
                record.Options["WeightAveraging"],
                record.Options["WorkspacePath"],
                record.Options["Reporting.Observers"]));
        Assert.AreEqual(
            ".NET Microsoft.ML Plrs.MLNet SkiaSharp TorchSharp libtorch",
            string.Join(' ', record.Versions.Keys.Order(StringComparer.Ordinal)));
        Assert.IsTrue(record.Versions.Values.All(version => char.IsDigit(version[0])), string.Join(' ', record.Versions.Values));
        Assert.AreEqual("Device Processor Threads libtorch", string.Join(' ', record.Machine.Keys.Order(StringComparer.Ordinal)));
        Assert.IsGreaterThan(TimeSpan.Zero, record.Duration);
        Assert.AreEqual(TimeSpan.Zero, record.StartedAt.Offset);
        Assert.IsNotNull(data);
    }

    [TestMethod]
    public void ItIsInTheFileAndInTheLoadedModel()
    {
        var (model, data, mlContext) = Train(QuickRun.QuickOptions(), images: 20);
        using var folder = new TemporaryFolder();
        var path = folder.File("model.zip");
        mlContext.Model.Save(model, data.Schema, path);

        var expected = model.GetTrainingRecord()!.ToJson();
        var loaded = mlContext.Model.Load(path, out _);

        Assert.AreEqual(expected, TrainingRecord.Read(path).ToJson());
        Assert.AreEqual(expected, loaded.GetTrainingRecord()!.ToJson());
        Assert.AreEqual(expected, loaded.WithMaximumImagePixels(1000).GetTrainingRecord()!.ToJson());
        using var zip = ZipFile.OpenRead(path);
        using var reader = new StreamReader(zip.Entries.Single(entry => entry.Name == "TrainingRecord.json").Open());
        Assert.AreEqual(expected, reader.ReadToEnd());
        Assert.StartsWith("{\n  \"format\": 1,\n  \"network\": \"CifarResNet(depth: 20)\",\n", expected);
    }

    [TestMethod]
    public void AChainOfChainsHasItToo()
    {
        var mlContext = new MLContext(seed: 1);
        var data = mlContext.Data.LoadFromEnumerable(TestPipeline.Images(6));
        var inner = TestPipeline.FromMemory(mlContext, TestPipeline.QuickOptions(epochs: 1));
        var model = mlContext.Transforms.CopyColumns("Copy", "Image").Append(inner).Fit(data);
        using var folder = new TemporaryFolder();
        var path = folder.File("model.zip");
        mlContext.Model.Save(model, data.Schema, path);

        Assert.AreEqual(model.GetTrainingRecord()!.ToJson(), TrainingRecord.Read(path).ToJson());
    }

    [TestMethod]
    public void TheSameRunHasTheSameRecordButForTimes()
    {
        var first = Record();
        var second = Record();

        Assert.AreNotEqual(first.StartedAt, second.StartedAt);
        Assert.AreEqual(Timeless(first), Timeless(second));

        static TrainingRecord Record() => Train(QuickRun.QuickOptions(), images: 20).Model.GetTrainingRecord()!;
    }

    [TestMethod]
    public void AResumedRunHasTheEpochsBeforeTheCheckpoint()
    {
        using var workspace = new TemporaryFolder();
        var options = QuickRun.CheckpointedOptions("SGD with momentum, early stopping", workspace);
        options.Epoch = 2;
        Train(options, images: 20);
        options.Epoch = QuickRun.Epochs;
        var uninterrupted = Train(QuickRun.QuickOptions("SGD with momentum, early stopping"), images: 20).Model.GetTrainingRecord()!;

        var resumed = Train(options, images: 20).Model.GetTrainingRecord()!;

        Assert.AreEqual(
            RecordJson.Write(new TrainingRecord { Epochs = uninterrupted.Epochs, Signals = uninterrupted.Signals }),
            RecordJson.Write(new TrainingRecord { Epochs = resumed.Epochs, Signals = resumed.Signals }));
        CollectionAssert.AreEqual(uninterrupted.Schedule.LearningRates.ToArray(), resumed.Schedule.LearningRates.ToArray());
        Assert.AreEqual("given", resumed.Options["WorkspacePath"]);
        Assert.DoesNotContain(workspace.Path, resumed.ToJson());
    }

    [TestMethod]
    public void BoundsThatARangeTestFoundAreSaidToBeFound()
    {
        var record = Train(QuickRun.QuickOptions().UsePlrs(), images: 20).Model.GetTrainingRecord()!;

        var test = record.Schedule.RangeTest!;
        Assert.StartsWith(
            FormattableString.Invariant(
                $"U[{record.Schedule.MinimumLearningRate}, {record.Schedule.MaximumLearningRate}], the loss turning up at"),
            test.Proposal);
        Assert.AreEqual("Medium", test.Confidence);
        var sweep = test.Sweeps.Single();
        Assert.AreEqual(QuickRun.Seed, sweep.Seed);
        Assert.IsTrue(sweep.LearningRates.Count is > 5 and <= 20 && sweep.SmoothedLosses.Count == sweep.LearningRates.Count);
    }

    [TestMethod]
    public void ItHasTheRatesOfTheStepsThinnedOutWhereTheyAreMany()
    {
        var options = QuickRun.QuickOptions();
        var rates = new List<double>();
        options.Reporting.Observers = [.. options.Reporting.Observers, new Watching { Step = step => rates.Add(step.LearningRate) }];
        options.Epoch = 3;
        var few = Train(options, images: 20).Model.GetTrainingRecord()!.Schedule;
        CollectionAssert.AreEqual(rates, few.LearningRates.ToArray());
        Assert.AreEqual((rates.Count / 3, 1L), (few.StepsPerEpoch, few.LearningRateInterval));

        rates.Clear();
        options.Epoch = 120;
        options.EarlyStoppingCriteria = null;
        var many = Train(options, images: 20).Model.GetTrainingRecord()!.Schedule;

        Assert.IsInRange(400, 800, rates.Count);
        Assert.AreEqual(4, many.LearningRateInterval);
        CollectionAssert.AreEqual(rates.Where((_, i) => i % many.LearningRateInterval == 0).ToArray(), many.LearningRates.ToArray());
        Assert.IsLessThanOrEqualTo(200, many.LearningRates.Count);
    }

    [TestMethod]
    public void AFileWithoutARecordLoadsWithoutOne()
    {
        var load = Load(Intact.ToBytes(Entry, content: null));

        Assert.IsNull(load.Record);
        Assert.IsEmpty(load.Warnings);
        Assert.Contains("has no training record", ReadError(Intact.ToBytes(Entry, content: null)));
    }

    [TestMethod]
    [DataRow("", "The training record is damaged")]
    [DataRow("null", "a part of it is missing")]
    [DataRow("[1, 2]", "The training record is damaged")]
    [DataRow("{ \"format\": 2 }", "has the form 2; this version of Plrs.MLNet reads 1")]
    [DataRow("{ \"epochs\": null }", "a part of it is missing")]
    [DataRow("{ \"epochs\": [null] }", "a part of it is missing")]
    [DataRow("{ \"schedule\": { \"learningRates\": null } }", "a part of it is missing")]
    [DataRow("{ \"seed\": \"x\" }", "The training record is damaged")]
    [DataRow("{ \"seed\": 1", "The training record is damaged")]
    [DataRow("{ \"duration\": \"99999999999.00:00:00\" }", "The training record is damaged")]
    [DataRow("nested", "The training record is damaged")]
    [DataRow("long", "more than 4194304")]
    public void ADamagedRecordIsLeftOutAndReadingItSaysWhy(string content, string reason)
    {
        var bytes = content switch
        {
            "nested" => Encoding.UTF8.GetBytes(new string('[', 100_000)),
            "long" => new byte[(4 << 20) + 1],
            _ => Encoding.UTF8.GetBytes(content),
        };
        var zip = Intact.ToBytes(Entry, bytes);

        var load = Load(zip);

        Assert.IsNull(load.Record);
        Assert.Contains(reason, load.Warnings.Single());
        Assert.StartsWith("The model is loaded without its training record.", load.Warnings.Single());
        Assert.Contains(reason, ReadError(zip));
    }

    [TestMethod]
    public void WhatIsNoModelFileIsRefused()
    {
        Assert.Contains("is no model file, or damaged", ReadError([1, 2, 3]));
        Assert.ThrowsExactly<FileNotFoundException>(() => TrainingRecord.Read("no such file.zip"));
    }

    private static (ITransformer Model, IDataView Data, MLContext MLContext) Train(
        TorchImageClassificationTrainer.Options options, int images)
    {
        var mlContext = new MLContext(QuickRun.Seed);
        options.Reporting.Observers = [.. options.Reporting.Observers, new Watching { Step = _ => { } }];
        var data = mlContext.Data.LoadFromEnumerable(TestPipeline.Images(images));
        return (TestPipeline.FromMemory(mlContext, options).Fit(data), data, mlContext);
    }

    private static string Timeless(TrainingRecord record) =>
        string.Join(
            '\n',
            record.ToJson().Split('\n').Where(
                line => !line.Contains("startedAt", StringComparison.Ordinal) && !line.Contains("duration", StringComparison.Ordinal)));

    private static (TrainingRecord? Record, List<string> Warnings) Load(byte[] zip)
    {
        var mlContext = new MLContext();
        var warnings = new List<string>();
        mlContext.Log += (_, e) =>
        {
            if (e.Kind == ChannelMessageKind.Warning)
            {
                warnings.Add(e.RawMessage);
            }
        };
        return (mlContext.Model.Load(new MemoryStream(zip), out _).GetTrainingRecord(), warnings);
    }

    private static string ReadError(byte[] zip)
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("model.zip");
        File.WriteAllBytes(path, zip);
        return Assert.ThrowsExactly<FormatException>(() => TrainingRecord.Read(path)).Message;
    }
}
