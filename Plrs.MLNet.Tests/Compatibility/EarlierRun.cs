using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using Plrs.MLNet.Schedules;
using Plrs.MLNet.Tests.Support;
using Plrs.MLNet.Torch;

namespace Plrs.MLNet.Tests.Compatibility;

/// <summary>
/// A short training that an earlier version made, with what it left: its images, a checkpoint in its middle, the model of its end, and the
/// scores of its images. The images have the size of the network's input, so that nothing is resized.
/// </summary>
internal static class EarlierRun
{
    private const int Seed = 3;
    private const int ImageSize = 8;
    private const int ImagesPerClass = 6;
    private const int StepOfCheckpoint = 4;

    /// <summary>The ways in which the network is trained: a model of each is kept.</summary>
    public static readonly IReadOnlyDictionary<string, FineTuning> Kinds = new Dictionary<string, FineTuning>
    {
        ["scratch"] = FineTuning.Full,
        ["head-only"] = FineTuning.HeadOnly,
        ["gradual"] = FineTuning.Gradual with { HeadEpochs = 2, EpochsPerGroup = 1 },
    };

    /// <summary>Where the files of a version are.</summary>
    public static string Folder(string version) => Path.Combine(Checkout.Root, "Plrs.MLNet.Tests", "Compatibility", "Files", version);

    /// <summary>The model of a kind of training.</summary>
    public static string ModelFile(string folder, string kind) => Path.Combine(folder, $"{kind}.zip");

    /// <summary>The checkpoint in its middle.</summary>
    public static string CheckpointFile(string folder, string kind) => Path.Combine(folder, $"{kind}.plrs");

    public static MLContext Context() => new(Seed);

    /// <summary>The images of a version's run, in an order that is the same everywhere.</summary>
    public static IDataView Images(MLContext mlContext, string folder) => mlContext.Data.LoadFromEnumerable(
        from path in Directory.GetFiles(folder, "*.png").Order(StringComparer.Ordinal)
        select new ImageRow { ImagePath = path, Label = Path.GetFileName(path).Split('-')[0] });

    /// <summary>The run's pipeline.</summary>
    /// <param name="mlContext">The context.</param>
    /// <param name="kind">How the network is trained.</param>
    /// <param name="change">What differs from the run.</param>
    public static EstimatorChain<KeyToValueMappingTransformer> Pipeline(
        MLContext mlContext, string kind, Action<TorchImageClassificationTrainer.Options>? change = null)
    {
        var options = new TorchImageClassificationTrainer.Options
        {
            FeatureColumnName = "Image",
            Arch = new CifarResNet(depth: 8),
            StartFrom = PretrainedWeights.None,
            FineTuning = Kinds[kind],
            Epoch = 3,
            BatchSize = 4,
            Images = { Size = ImageSize },
            ValidationSetFraction = 0.25f,
            EarlyStoppingCriteria = null,
            Optimizer = new SgdOptions { Momentum = 0.9, WeightDecay = 0.0001 },
            Schedule = new PlrsSchedule(0.02, 0.04),
            Steps = { Device = TorchDevice.Cpu },
        };
        change?.Invoke(options);
        return mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(mlContext.Transforms.LoadRawImageBytes("Image", "", nameof(ImageRow.ImagePath)))
            .Append(mlContext.MulticlassClassification.Trainers.TorchImageClassification(options))
            .Append(mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel"));
    }

    /// <summary>The scores of all images, one image after the other.</summary>
    public static float[] Scores(ITransformer model, IDataView images) =>
        [.. model.Transform(images).GetColumn<float[]>("Score").SelectMany(scores => scores)];

    /// <summary>The scores that the model of a kind had, and the processor that computed them.</summary>
    public static EarlierScores Scores(string folder, string kind) =>
        JsonSerializer.Deserialize<EarlierScores>(File.ReadAllText(ScoresFile(folder, kind)))!;

    /// <summary>Makes the files, of the version that this is.</summary>
    public static void Make(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (var kind in TestImages.Classes)
        {
            for (var number = 0; number < ImagesPerClass; number++)
            {
                File.WriteAllBytes(Path.Combine(folder, $"{kind}-{number}.png"), TestImages.Encode(kind, number, ImageSize));
            }
        }

        foreach (var kind in Kinds.Keys)
        {
            MakeCheckpoint(folder, kind);
            var mlContext = Context();
            var images = Images(mlContext, folder);
            var model = Pipeline(mlContext, kind).Fit(images);
            mlContext.Model.Save(model, images.Schema, ModelFile(folder, kind));
            var scores = new EarlierScores(Processor.Here.ToString(), Scores(model, images));
            File.WriteAllText(ScoresFile(folder, kind), JsonSerializer.Serialize(scores));
        }
    }

    private static void MakeCheckpoint(string folder, string kind)
    {
        using var workspace = new TemporaryFolder();
        var mlContext = Context();
        Assert.ThrowsExactly<OperationCanceledException>(() => Pipeline(mlContext, kind, options =>
        {
            options.WorkspacePath = workspace.Path;
            options.Checkpoints.Interval = TimeSpan.FromTicks(1);
            options.Checkpoints.Kept = 1;
            options.Reporting.Observers = [new Watching { Step = CancelAt }];
        }).Fit(Images(mlContext, folder)));
        File.Copy(
            Directory.GetFiles(workspace.Path, "*.plrs", SearchOption.AllDirectories).Single(),
            CheckpointFile(folder, kind),
            overwrite: true);

        void CancelAt(StepMetrics step)
        {
            if (step.Step.Index + 1 == StepOfCheckpoint)
            {
                mlContext.CancelExecution();
            }
        }
    }

    private static string ScoresFile(string folder, string kind) => Path.Combine(folder, $"{kind}.json");
}

/// <summary>Scores that a model had once.</summary>
/// <param name="Processor">The kind of processor that computed them.</param>
/// <param name="Values">The scores of all images, one image after the other.</param>
internal sealed record EarlierScores(string Processor, float[] Values);
