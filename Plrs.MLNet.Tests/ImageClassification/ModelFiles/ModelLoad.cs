using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using Plrs.MLNet.Images;
using Plrs.MLNet.Tests.Support;

namespace Plrs.MLNet.Tests.ImageClassification.ModelFiles;

/// <summary>One try to load a model file, with what it cost.</summary>
internal sealed class ModelLoad
{
    /// <summary>What a load may allocate: a few times what that of an intact file does.</summary>
    public const long MostBytes = 16 << 20;

    private static readonly byte[] Image = TestImages.Encode("disc", 1);

    private ModelLoad(Func<(TorchImageClassificationModelParameters? Model, IDisposable Owner)> load)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            var (model, owner) = load();
            using (owner)
            {
                Scores = model is null ? null : Score(model);
                BatchSize = model?.BatchSize;
            }
        }
        catch (Exception e)
        {
            Error = e;
        }

        AllocatedBytes = GC.GetAllocatedBytesForCurrentThread() - before;
    }

    public Exception? Error { get; }

    /// <summary>The scores of an image, when loading went well and there is a model of this library in the file.</summary>
    public float[]? Scores { get; }

    /// <summary>How many images the model scores at once.</summary>
    public int? BatchSize { get; }

    public long AllocatedBytes { get; }

    /// <summary>The format error among the exceptions, as ML.NET throws and marks it.</summary>
    public FormatException? FormatError => Causes.OfType<FormatException>().FirstOrDefault(e => e.IsMarked());

    /// <summary>The exception and all that are inside it.</summary>
    public IEnumerable<Exception> Causes
    {
        get
        {
            for (var e = Error; e is not null; e = e.InnerException)
            {
                yield return e;
            }
        }
    }

    /// <summary>Loads a whole file, as users do.</summary>
    public static ModelLoad Pipeline(MLContext mlContext, byte[] zip) => new(() =>
    {
        var loaded = mlContext.Model.Load(new MemoryStream(zip), out _);
        var transformers = loaded as IEnumerable<ITransformer> ?? [loaded];
        var ours = transformers.OfType<TorchImageClassificationTransformer>().FirstOrDefault();
        return (ours?.Model, (IDisposable)loaded);
    });

    /// <summary>
    /// Loads the model of this library alone, by ML.NET's way to load any part of a file; it is unpacked in memory, which is quicker.
    /// </summary>
    public static ModelLoad ModelAlone(MLContext mlContext, byte[] zip, string folder) => new(() =>
    {
        using var repository = RepositoryReader.Open(new MemoryStream(zip), mlContext, useFileSystem: false);
        ModelLoadContext.LoadModel<TorchImageClassificationModelParameters, SignatureLoadModel>(
            mlContext, out var model, repository, folder);
        return (model, model);
    });

    /// <summary>Fails when the load allocated too much, or the scores are none.</summary>
    public void Check(string mutation)
    {
        Assert.IsLessThan(MostBytes, AllocatedBytes, $"{mutation} made the load allocate this many bytes. {Error}");
        if (Scores is not null)
        {
            Assert.IsTrue(
                Array.TrueForAll(Scores, score => float.IsNaN(score) || score is >= 0 and <= 1),
                $"{mutation} scores {string.Join(' ', Scores.Select(score => score.ToString(CultureInfo.InvariantCulture)))}.");
        }
    }

    private static float[] Score(TorchImageClassificationModelParameters model)
    {
        var scores = new float[model.ClassCount];
        using var scorer = model.CreateScorer(capacity: 1);
        scorer.Score(new ImageInput(Image), scores);
        return scores;
    }
}
