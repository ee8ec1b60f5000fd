using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.TorchSharp;
using Microsoft.ML.TorchSharp.AutoFormerV2;
using Microsoft.ML.TorchSharp.Roberta;
using Microsoft.ML.Transforms.Image;
using Plrs.MLNet.Tests.Support;

namespace Plrs.MLNet.Tests.TorchTrainers;

/// <summary>A trainer of Microsoft.ML.TorchSharp with data that is enough for two steps an epoch.</summary>
/// <param name="AddWeights">Puts the weights where the trainer looks for them.</param>
/// <param name="Create">The trainer for a number of epochs.</param>
/// <param name="Data">The rows.</param>
/// <param name="ScoreColumn">The column of the transformed rows that tells one model from another.</param>
internal sealed record TrainerCase(
    Action<RandomWeights> AddWeights, Func<MLContext, int, IEstimator<ITransformer>> Create, Func<MLContext, IDataView> Data,
    string ScoreColumn)
{
    public const int StepsPerEpoch = 2;

    public static readonly TrainerCase TextClassification = new(
        weights => weights.AddText(),
        (mlContext, epochs) =>
            mlContext.MulticlassClassification.Trainers.TextClassification(
                sentence1ColumnName: "Sentence", batchSize: 2, maxEpochs: epochs),
        mlContext => WithKeys(mlContext, mlContext.Data.LoadFromEnumerable(new Sentence[]
        {
            new() { Text = "what a fine day", Label = "good" },
            new() { Text = "the soup was cold", Label = "bad" },
            new() { Text = "we had a good time", Label = "good" },
        })),
        "Score");

    public static readonly TrainerCase SentenceSimilarity = new(
        weights => weights.AddText(),
        (mlContext, epochs) =>
            mlContext.Regression.Trainers.SentenceSimilarity(
                "Similarity", sentence1ColumnName: "Sentence", sentence2ColumnName: "Other", batchSize: 2, maxEpochs: epochs),
        mlContext => mlContext.Data.LoadFromEnumerable(new Sentence[]
        {
            new() { Text = "what a fine day", Other = "a fine day", Similarity = 1 },
            new() { Text = "the soup was cold", Other = "we had a good time", Similarity = 0 },
            new() { Text = "we had a good time", Other = "it was good", Similarity = 0.5f },
        }),
        "Score");

    public static readonly TrainerCase NamedEntityRecognition = new(
        weights => weights.AddEntities(),
        (mlContext, epochs) => mlContext.MulticlassClassification.Trainers.NamedEntityRecognition(batchSize: 2, maxEpochs: epochs),
        mlContext => WithKeys(mlContext, mlContext.Data.LoadFromEnumerable(new Entities[]
        {
            new() { Sentence = "Ada lives in London", Label = ["person", "none", "none", "place"] },
            new() { Sentence = "Rome is old", Label = ["place", "none", "none"] },
            new() { Sentence = "Paris met Ada", Label = ["place", "none", "person"] },
        })),
        "PredictedLabel");

    public static readonly TrainerCase QuestionAnswer = new(
        weights => weights.AddAnswers(),
        (mlContext, epochs) =>
            mlContext.MulticlassClassification.Trainers.QuestionAnswer(
                new QATrainer.Options { BatchSize = 2, MaxEpoch = epochs, AnswerIndexStartColumnName = "AnswerIndex" }),
        mlContext => mlContext.Data.LoadFromEnumerable(new Question[]
        {
            new() { Context = "Ada lives in London", Text = "Where does Ada live?", TrainingAnswer = "London", AnswerIndex = 13 },
            new() { Context = "Rome is old", Text = "What is old?", TrainingAnswer = "Rome", AnswerIndex = 0 },
            new() { Context = "The soup was cold", Text = "How was the soup?", TrainingAnswer = "cold", AnswerIndex = 13 },
        }),
        "Score");

    public static readonly TrainerCase ObjectDetection = new(
        weights => weights.AddObjects(),
        (mlContext, epochs) => mlContext.MulticlassClassification.Trainers.ObjectDetection(
            new ObjectDetectionTrainer.Options { MaxEpoch = epochs, LogEveryNStep = 1, InitLearningRate = 0.01, ScoreThreshold = 0 }),
        mlContext =>
            WithKeys(mlContext, mlContext.Data.LoadFromEnumerable(Enumerable.Range(0, StepsPerEpoch).Select(number => new DrawnObject
            {
                Image = MLImage.CreateFromStream(new MemoryStream(TestImages.Encode("disc", number, size: 32))),
                BoundingBoxes = [4, 4, 28, 28],
                Label = ["disc"],
            }))),
        "Score");

    public static TrainerCase Named(string name) => (TrainerCase)typeof(TrainerCase).GetField(name)!.GetValue(null)!;

    private static IDataView WithKeys(MLContext mlContext, IDataView data) =>
        mlContext.Transforms.Conversion.MapValueToKey("Label").Fit(data).Transform(data);

    private sealed class Sentence
    {
        [ColumnName("Sentence")]
        public string Text { get; set; } = "";

        public string Other { get; set; } = "";

        public string Label { get; set; } = "";

        public float Similarity { get; set; }
    }

    private sealed class Entities
    {
        public string Sentence { get; set; } = "";

        public string[] Label { get; set; } = [];
    }

    private sealed class Question
    {
        public string Context { get; set; } = "";

        [ColumnName("Question")]
        public string Text { get; set; } = "";

        public string TrainingAnswer { get; set; } = "";

        public int AnswerIndex { get; set; }
    }

    private sealed class DrawnObject
    {
        [ImageType(32, 32)]
        public MLImage? Image { get; set; }

        public float[] BoundingBoxes { get; set; } = [];

        public string[] Label { get; set; } = [];
    }
}
