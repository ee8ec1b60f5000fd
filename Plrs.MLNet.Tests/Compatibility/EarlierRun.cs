using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using Plrs.MLNet.Common;
using Plrs.MLNet.ImageClassification;
using Plrs.MLNet.Networks;
using Plrs.MLNet.Records;
using Plrs.MLNet.Schedules;
using Plrs.MLNet.Torch;
using Plrs.MLNet.Training;
using Plrs.MLNet.Weights;
using Plrs.MLNet.Tests.Support;

namespace Plrs.MLNet.Tests.Compatibility;

/// <summary>
/// A short training that an earlier version made, with what it left: its images, a checkpoint in its middle, the model of its end, and the scores of its
/// images. The images have the size of the network's input, so that nothing is resized.
/// </summary>
internal static class EarlierRun
{
    public const string CheckpointFile = "checkpoint.plrs";
    public const string ModelFile = "model.zip";
    public const string ScoresFile = "scores.json";

    private const int Seed = 3;
    private const int ImageSize = 8;
    private const int ImagesPerClass = 6;
    private const int StepOfCheckpoint = 4;

    /// <summary>Where the files of a version are.</summary>
    public static string Folder(string version) => Path.Combine(Checkout.Root, "Plrs.MLNet.Tests", "Compatibility", "Files", version);

    public static MLContext Context() => new(Seed);

    /// <summary>The images of a version's run, in an order that is the same everywhere.</summary>
    public static IDataView Images(MLContext mlContext, string folder) => mlContext.Data.LoadFromEnumerable(
        from path in Directory.GetFiles(folder, "*.png").Order(StringComparer.Ordinal)
        select new ImageRow { ImagePath = path, Label = Path.GetFileName(path).Split('-')[0] });

    /// <summary>The run's pipeline.</summary>
    /// <param name="mlContext">The context.</param>
    /// <param name="change">What differs from the run.</param>
    public static EstimatorChain<KeyToValueMappingTransformer> Pipeline(MLContext mlContext, Action<TorchImageClassificationTrainer.Options>? change = null)
    {
        var options = new TorchImageClassificationTrainer.Options
        {
            FeatureColumnName = "Image",
            Arch = new CifarResNet(depth: 8),
            StartFrom = PretrainedWeights.None,
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
    public static float[] Scores(ITransformer model, IDataView images) => [.. model.Transform(images).GetColumn<float[]>("Score").SelectMany(scores => scores)];

    /// <summary>The scores that the run's model had.</summary>
    public static float[] Scores(string folder) => JsonSerializer.Deserialize<float[]>(File.ReadAllText(Path.Combine(folder, ScoresFile)))!;

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

        using var workspace = new TemporaryFolder();
        var interrupted = Context();
        Assert.ThrowsExactly<OperationCanceledException>(() => Pipeline(interrupted, options =>
        {
            options.WorkspacePath = workspace.Path;
            options.Checkpoints.Interval = TimeSpan.FromTicks(1);
            options.Checkpoints.Kept = 1;
            options.Reporting.Observers = [.. options.Reporting.Observers, new Watching { Step = step =>
            {
                if (step.Step.Index + 1 == StepOfCheckpoint)
                {
                    interrupted.CancelExecution();
                }
            } }];
        }).Fit(Images(interrupted, folder)));
        File.Copy(Directory.GetFiles(workspace.Path, "*.plrs", SearchOption.AllDirectories).Single(), Path.Combine(folder, CheckpointFile), overwrite: true);

        var mlContext = Context();
        var images = Images(mlContext, folder);
        var model = Pipeline(mlContext).Fit(images);
        mlContext.Model.Save(model, images.Schema, Path.Combine(folder, ModelFile));
        File.WriteAllText(Path.Combine(folder, ScoresFile), JsonSerializer.Serialize(Scores(model, images)));
    }
}
