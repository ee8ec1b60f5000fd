using Microsoft.ML;
using Microsoft.ML.Data;
using Plrs.MLNet.Records;
using Plrs.MLNet.Tests.ImageClassification;
using Plrs.MLNet.Tests.Support;

namespace Plrs.MLNet.Tests.Documentation;

/// <summary>What pages say comes of their snippets, beyond what <see cref="SnippetRun"/> looks at for all.</summary>
internal static class PagePromises
{
    private static readonly (string Page, string Beginning, Action<SnippetRun, ImageFolder> Check)[] Promises =
    [
        ("README.md", "using ", FineTuned),
        ("README.md", "var bounds ", PipelineTrains),
        ("docs/choosing-bounds.md", "pipeline = ", PipelineTrains),
        ("docs/data.md", "var model ", ScoresAsTheFile),
        ("docs/deploying.md", "var model ", Answers),
        ("docs/onnx.md", "var pipeline ", OnnxFileScores),
        ("docs/schedules.md", "pipeline = ", PipelineTrains),
        ("docs/training-record.md", "TrainingRecord? ", RecordsAreTheSame),
        ("docs/training-record.md", "options.Reporting.TensorBoardFolder ", WritesForTensorBoard),
        ("Plrs.MLNet/PlrsOptions.cs", "var pipeline ", PipelineTrains),
    ];

    public static int Count => Promises.Length;

    /// <summary>The check of what a snippet has made, or <see langword="null"/>.</summary>
    public static Action<SnippetRun, ImageFolder>? Of(Snippet snippet) =>
        Promises.SingleOrDefault(promise => snippet.Begins(promise.Page, promise.Beginning)).Check;

    private static void FineTuned(SnippetRun run, ImageFolder images)
    {
        var model = new MLContext().Model.Load("model.zip", out _);
        var rows = images.Rows.Select(row => new ImageRow { ImagePath = Path.Combine(images.Path, row.ImagePath), Label = row.Label });
        var predicted = model.Transform(new MLContext().Data.LoadFromEnumerable(rows)).GetColumn<string>("PredictedLabel");
        Assert.AreEqual(Network.MLNetResNet18, TestPipeline.Model(model).Network);
        Assert.IsGreaterThanOrEqualTo(
            0.8 * images.Rows.Count, predicted.Zip(images.Rows, (label, row) => label == row.Label).Count(right => right));
    }

    /// <summary>With other rates than before.</summary>
    private static void PipelineTrains(SnippetRun run, ImageFolder images)
    {
        var data = images.Load(new MLContext());
        var model = ((IEstimator<ITransformer>)run.Variables["pipeline"]!).Fit(data);
        Assert.IsTrue(TestPipeline.Scores(model, data).All(float.IsFinite));
        Assert.DoesNotContain(Surroundings.Bounds, model.GetTrainingRecord()!.Schedule.Description);
    }

    private static void ScoresAsTheFile(SnippetRun run, ImageFolder images)
    {
        var prediction = run.Variables["prediction"]!;
        var scores = (float[])prediction.GetType().GetProperty("Score")!.GetValue(prediction)!;
        var ofFiles = TestPipeline.Scores(new MLContext().Model.Load("model.zip", out _), images.Load(new MLContext()));
        CollectionAssert.AreEqual(ofFiles[..scores.Length], scores);
    }

    private static void Answers(SnippetRun run, ImageFolder images)
    {
        Assert.HasCount(2, run.Answers);
        Assert.MatchesRegex("^OK: {\"predictedLabel\":\"(disc|square|stripes)\",\"score\":\\[", run.Answers[0]);
        Assert.AreEqual("BadRequest: \"This is no image that can be read.\"", run.Answers[1]);
    }

    private static void OnnxFileScores(SnippetRun run, ImageFolder images)
    {
        var data = images.Load(new MLContext());
        var model = ((IEstimator<ITransformer>)run.Variables["pipeline"]!).Fit(data);
        foreach (var probabilities in model.Transform(data).GetColumn<float[]>("probabilities"))
        {
            Assert.HasCount(TestImages.Classes.Length, probabilities);
            Assert.AreEqual(1, probabilities.Sum(), 1e-5);
        }
    }

    private static void RecordsAreTheSame(SnippetRun run, ImageFolder images) =>
        Assert.AreEqual(((TrainingRecord)run.Variables["record"]!).ToJson(), ((TrainingRecord)run.Variables["same"]!).ToJson());

    private static void WritesForTensorBoard(SnippetRun run, ImageFolder images) =>
        Assert.HasCount(1, Directory.GetFiles(Path.Combine("runs", "first")));
}
