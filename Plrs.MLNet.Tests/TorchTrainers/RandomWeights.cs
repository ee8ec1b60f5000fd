using Microsoft.ML;
using Microsoft.ML.Runtime;
using Microsoft.ML.TorchSharp.Extensions;
using Microsoft.ML.TorchSharp.NasBert;
using Microsoft.ML.TorchSharp.NasBert.Models;
using Microsoft.ML.TorchSharp.Roberta;
using Plrs.MLNet.Tests.Support;

namespace Plrs.MLNet.Tests.TorchTrainers;

/// <summary>
/// A temporary folder with the files that ML.NET's TorchSharp trainers download at their first training, where they look for them before:
/// the pretrained weights, here random ones.
/// </summary>
internal sealed class RandomWeights : IDisposable
{
    private const int PadIndex = 1;
    private const string Text = "NasBert2000000.tsm";
    private const string Entities = "pretrained_NasBert_14M_encoder.tsm";
    private const string Answers = "pretrained_Roberta_encoder.tsm";
    private const string Objects = "autoformer_11m_torchsharp.bin";

    private readonly TemporaryFolder _folder = new();

    // In a home without ~/.local/share, ML.NET looks for no file unless this variable is set; a full path, as here, does without it.
    public RandomWeights() => Environment.SetEnvironmentVariable("MICROSOFTML_RESOURCE_PATH", _folder.Path);

    /// <summary>What <see cref="MLContext.TempFilePath"/> is to be.</summary>
    public string Path => _folder.Path;

    public void Dispose() => _folder.Dispose();

    /// <summary>For TextClassification and SentenceSimilarity, 18 MB.</summary>
    public void AddText() => Add(
        Text,
        symbols => new ModelForPrediction(new TextClassificationTrainer.TextClassificationOptions(), PadIndex, symbols, numClasses: 2));

    /// <summary>For NamedEntityRecognition, 55 MB.</summary>
    public void AddEntities() => Add(Entities, symbols => new NerModel(new NerTrainer.NerOptions(), PadIndex, symbols, 2));

    /// <summary>For QuestionAnswer, 496 MB.</summary>
    public void AddAnswers() => Add(Answers, _ => new RobertaModelForQA(new QATrainer.Options()));

    /// <summary>
    /// For ObjectDetection: a file with nothing in it is read as one that lacks every weight, and the weights stay as they were drawn.
    /// </summary>
    public void AddObjects() => File.WriteAllBytes(FileOf(Objects), [0]);

    private void Add(string name, Func<int, BaseModel> create)
    {
        var file = FileOf(name);
        if (File.Exists(file))
        {
            return;
        }

        using var channel = ((IHostEnvironment)new MLContext()).Start(nameof(RandomWeights));
        using var model = create(TokenizerExtensions.GetInstance(channel).RobertaModel().SymbolsCount);
        model.GetEncoder().save(file);
    }

    private string FileOf(string name) => _folder.File("mlnet", name);
}
