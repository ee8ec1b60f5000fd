using Microsoft.ML;
using Microsoft.ML.Data;
using Plrs.MLNet.Networks;
using Plrs.MLNet.Tests.Checkpoints;
using Plrs.MLNet.Tests.ImageClassification;
using Plrs.MLNet.Tests.Support;
using static TorchSharp.torch;
using Options = Plrs.MLNet.TorchImageClassificationTrainer.Options;

namespace Plrs.MLNet.Tests.Networks.Modules;

/// <summary>A TorchSharp module of the user's trains, is saved and loaded, and scores as the library's own networks do.</summary>
[TestClass]
[DoNotParallelize]
public sealed class ModuleTrainingTests
{
    private const float Tolerance = 1e-5f;

    private static readonly MLContext Context = new(seed: 1);

    // Trained once for the tests that look at it.
    private static readonly Lazy<(ITransformer Model, byte[] File)> Trained = new(Train);

    private static IDataView Data { get; } = Context.Data.LoadFromEnumerable(TestPipeline.Images(60));

    [TestMethod]
    public void AModuleTrainsSavesLoadsAndScores()
    {
        var (model, file) = Trained.Value;

        var loaded = Load(file);

        Assert.AreEqual(new SmallModule(width: 8), TestPipeline.Model(loaded).Network);
        CollectionAssert.AreEqual(TestPipeline.Scores(model, Data), TestPipeline.Scores(loaded, Data));
        Assert.IsGreaterThan(0.8, Context.MulticlassClassification.Evaluate(loaded.Transform(Data)).MicroAccuracy);
        CollectionAssert.IsSubsetOf(
            new[] { "conv1.weight", "norm1.running_var", "norm1.num_batches_tracked", "head.bias" },
            TestPipeline.Model(loaded).Weights.Layout.Tensors.Select(tensor => tensor.Name).ToArray());
    }

    [TestMethod]
    public void OneImageScoresAsInABatch()
    {
        var model = Load(Trained.Value.File);
        var batch = TestPipeline.Scores(model, Data);
        using var engine = Context.Model.CreatePredictionEngine<InMemoryImage, ImagePrediction>(model);

        var single = TestPipeline.Images(60).SelectMany(image => engine.Predict(image).Score).ToArray();

        Assert.HasCount(batch.Length, single);
        foreach (var (one, many) in single.Zip(batch))
        {
            Assert.AreEqual(many, one, Tolerance);
        }
    }

    [TestMethod]
    public void ManyThreadsScoreWithOneModel()
    {
        var model = Load(Trained.Value.File);
        var expected = TestPipeline.Scores(model, Data);

        var scores = Enumerable.Range(0, 8).AsParallel().WithDegreeOfParallelism(8).Select(_ => TestPipeline.Scores(model, Data)).ToArray();

        Assert.IsTrue(scores.All(expected.SequenceEqual));
    }

    [TestMethod]
    public void AModelThatWasDisposedOfDoesNotScore()
    {
        var model = Load(Trained.Value.File);
        var engine = Context.Model.CreatePredictionEngine<InMemoryImage, ImagePrediction>(
            model, new PredictionEngineOptions { OwnsTransformer = false });
        var image = TestPipeline.Images(1)[0];
        engine.Predict(image);

        TestPipeline.Model(model).Dispose();

        Assert.Throws<ObjectDisposedException>(() => engine.Predict(image));
    }

    [TestMethod]
    public void AModelWhoseModuleNobodyRegisteredSaysWhatToDo()
    {
        var error = Assert.Throws<InvalidOperationException>(() => Load(Save(new TestModule("NobodyKnowsIt", TestModule.Linear))));

        Assert.Contains("The model cannot be loaded: its network is a 'NobodyKnowsIt', which is none of CifarResNet, ", error.ToString());
        Assert.Contains("; make a network of your own known with NetworkCatalog.Register.", error.ToString());
    }

    [TestMethod]
    public void AModelOfAnotherModuleIsRefused()
    {
        NetworkCatalog.Register(
            "Longer",
            _ => new TestModule(
                "Longer", classCount => nn.Sequential(("more", nn.BatchNorm2d(3)), ("rest", TestModule.Linear(classCount)))));
        NetworkCatalog.Register(
            "Renamed",
            _ =>
                new TestModule(
                    "Renamed",
                    classCount =>
                        nn.Sequential(("pool", nn.AdaptiveAvgPool2d(1)), ("flatten", nn.Flatten()), ("tail", nn.Linear(3, classCount)))));

        var longer = Assert.Throws<InvalidOperationException>(() => Load(Save(new TestModule("Longer", TestModule.Linear))));
        var renamed = Assert.Throws<InvalidOperationException>(() => Load(Save(new TestModule("Renamed", TestModule.Linear))));

        Assert.Contains(
            "The model is damaged: its weights have 102 bytes; those of a Longer() with 3 classes have 306.", longer.ToString());
        Assert.Contains(
            "The model is damaged: The weights do not fit the network: the name of 'tail.weight' is not the expected one.",
            renamed.ToString());
    }

    [TestMethod]
    [DataRow("SGD with momentum, early stopping")]
    [DataRow("AdamW, augmentation")]
    public void AResumedRunEndsAsIfNothingHadBeen(string variant)
    {
        // It draws at random in every step.
        var uninterrupted = QuickRun.Train(With(QuickRun.QuickOptions(variant)));
        using var workspace = new TemporaryFolder();
        var options = With(QuickRun.CheckpointedOptions(variant, workspace));
        QuickRun.Fail<OperationCanceledException>(options, (mlContext, steps) =>
        {
            if (steps == 5)
            {
                mlContext.CancelExecution();
            }
        });
        using var other = manual_seed(77);

        var resumed = QuickRun.Train(options);

        Assert.AreEqual(5, resumed.Steps[0].Step.Index);
        Assert.AreEqual(uninterrupted.Weights, resumed.Weights);

        static Options With(Options options)
        {
            options.Arch = new TestModule(
                "Dropping",
                classCount =>
                    nn.Sequential(("drop", nn.Dropout(0.5)), ("flatten", nn.Flatten()), ("head", nn.Linear(3 * 8 * 8, classCount))));
            return options;
        }
    }

    // The mask is what a causal attention adds: 0 where it looks, −∞ where it does not.
    [TestMethod]
    [DataRow(true, true)]
    [DataRow(true, false)]
    [DataRow(false, true)]
    public void AMaskOfMinusInfinityIsNeitherAveragedNorChecked(bool isAveraged, bool isPersistent)
    {
        NetworkCatalog.Register("Masked", _ => new TestModule("Masked", count => new MaskedModule(count, isPersistent)));
        var options = TestPipeline.QuickOptions(epochs: 2);
        options.Arch = new TestModule("Masked", count => new MaskedModule(count, isPersistent));
        options.Images.Size = null;
        options.ValidationSetFraction = 0.2f;
        options.WeightAveraging = isAveraged ? WeightAveraging.Exponential() : WeightAveraging.None;
        var losses = new List<float>();
        options.MetricsCallback = metrics => losses.Add(metrics.CrossEntropy);
        var warnings = new List<string>();
        using var workspace = new TemporaryFolder();
        options.WorkspacePath = workspace.Path;
        options.Checkpoints.EveryEpochs = 1;
        var mlContext = new MLContext(seed: 1);
        mlContext.Log += (_, e) => warnings.AddRange(e.IsWarning() ? [e.RawMessage] : []);

        var model = TestPipeline.FromMemory(mlContext, options).Fit(Data);

        Assert.HasCount(4, losses);
        Assert.IsTrue(losses.TrueForAll(float.IsFinite), string.Join(", ", losses));
        Assert.IsEmpty(warnings);
        CollectionAssert.AreEqual(TestPipeline.Scores(model, Data), TestPipeline.Scores(Load(Save(model)), Data));
        Assert.IsTrue(Array.TrueForAll(TestPipeline.Scores(model, Data), float.IsFinite));
    }

    [TestMethod]
    public void AnInfiniteWeightThatIsTrainedIsStillAnError()
    {
        var options = TestPipeline.QuickOptions(epochs: 1);
        options.Arch = new TestModule("Unused", count =>
        {
            var module = new WatchingModule(TestModule.Linear(count), _ => { });
            module.register_parameter("unused", nn.Parameter(full([1], float.PositiveInfinity)));
            return module;
        });
        options.Images.Size = null;

        var error = Assert.ThrowsExactly<TrainingDivergedException>(() => TestPipeline.FromMemory(Context, options).Fit(Data));

        Assert.Contains("the weights are not all finite", error.Message);
    }

    [TestMethod]
    public void WeightsDependOnTheSeedAlone()
    {
        var definition = new SmallModule(width: 2);
        using var first = definition.CreateTrainable(3, 16, seed: 5);
        using var drawn = rand(10);
        using var before = random.get_rng_state();
        using var again = definition.CreateTrainable(3, 16, seed: 5);
        using var after = random.get_rng_state();
        using var other = definition.CreateTrainable(3, 16, seed: 6);

        Assert.AreEqual(TestNetworks.Fingerprint(first), TestNetworks.Fingerprint(again));
        Assert.AreNotEqual(TestNetworks.Fingerprint(first), TestNetworks.Fingerprint(other));
        Assert.IsTrue(before.bytes.SequenceEqual(after.bytes));
    }

    [TestMethod]
    public void ANormalisationThatTheModuleNamesIsUsed()
    {
        // With it, pixels are whole numbers from 0 to 255.
        var bytes = new ImageNormalization([0, 0, 0], [1 / 255f, 1 / 255f, 1 / 255f]);
        var seen = new List<(float Largest, float OffWhole)>();
        var definition = new TestModule("Watching", classCount => new WatchingModule(TestModule.Linear(classCount), Watch))
        {
            Known = bytes,
        };
        NetworkCatalog.Register("Watching", _ => definition);

        var loaded = Load(Save(definition));
        var trained = seen.Count;
        TestPipeline.Scores(loaded, Data);

        Assert.IsGreaterThan(trained, seen.Count);
        Assert.IsGreaterThan(200, seen.Max(images => images.Largest));
        Assert.IsLessThan(1e-3f, seen.Max(images => images.OffWhole));

        void Watch(Tensor images)
        {
            using var scope = NewDisposeScope();
            seen.Add((images.max().item<float>(), (images - images.round()).abs().max().item<float>()));
        }
    }

    [TestMethod]
    public void AGpuThatIsNotThereIsRefusedWhenItScores()
    {
        var mlContext = new MLContext { GpuDeviceId = 1000, FallbackToCpu = false };
        var model = mlContext.Model.Load(new MemoryStream(Trained.Value.File), out _);

        var error = Assert.Throws<InvalidOperationException>(
            () => TestPipeline.Scores(model, mlContext.Data.LoadFromEnumerable(TestPipeline.Images(3))));

        Assert.Contains("MLContext.GpuDeviceId is 1000, but the model cannot score there: TorchSharp finds ", error.Message);
    }

    private static (ITransformer Model, byte[] File) Train()
    {
        NetworkCatalog.Register("SmallModule", arguments => new SmallModule(arguments.WholeNumber("width")));
        var options = TestPipeline.QuickOptions(epochs: 15);
        options.Arch = new SmallModule(width: 8);
        options.Images.Size = null;
        var model = TestPipeline.FromMemory(Context, options).Fit(Data);
        return (model, Save(model));
    }

    private static byte[] Save(NetworkDefinition definition)
    {
        var options = TestPipeline.QuickOptions(epochs: 1);
        options.Arch = definition;
        options.Images.Size = null;
        return Save(TestPipeline.FromMemory(Context, options).Fit(Data));
    }

    private static byte[] Save(ITransformer model)
    {
        using var stream = new MemoryStream();
        Context.Model.Save(model, Data.Schema, stream);
        return stream.ToArray();
    }

    private static ITransformer Load(byte[] file) => Context.Model.Load(new MemoryStream(file), out _);
}
