using System.IO.Compression;
using Microsoft.ML;
using Plrs.MLNet.Tests.Support;
using Options = Plrs.MLNet.TorchImageClassificationTrainer.Options;

namespace Plrs.MLNet.Tests.ImageClassification.ModelFiles;

/// <summary>A saved pipeline as the entries of its zip, to change one by one and put together again with right checksums.</summary>
internal sealed class ModelZip
{
    private readonly List<KeyValuePair<string, byte[]>> _entries = [];

    private ModelZip(Stream stream)
    {
        using var zip = new ZipArchive(stream, ZipArchiveMode.Read);
        foreach (var entry in zip.Entries)
        {
            using var content = new MemoryStream();
            using var source = entry.Open();
            source.CopyTo(content);
            _entries.Add(new(entry.FullName, content.ToArray()));
        }

        WeightsEntry = _entries.Single(entry => Path.GetFileName(entry.Key) == "Weights").Key;
        Folder = Path.GetDirectoryName(WeightsEntry)!;
        ModelEntry = Path.Combine(Folder, "Model.key");
        PartsEntry = Path.Combine(Folder, "Parts.json");
        TransformerEntry = Path.Combine(Path.GetDirectoryName(Folder)!, "Model.key");
    }

    /// <summary>The folder of the model's two entries.</summary>
    public string Folder { get; }

    /// <summary>The name of the entry with the network's weights.</summary>
    public string WeightsEntry { get; }

    /// <summary>The name of the entry with the rest of the model.</summary>
    public string ModelEntry { get; }

    /// <summary>The name of the entry with the list of parts.</summary>
    public string PartsEntry { get; }

    /// <summary>The name of the entry with the transformer around the model. ML.NET reads all others.</summary>
    public string TransformerEntry { get; }

    public byte[] this[string name] => _entries.Single(entry => entry.Key == name).Value;

    /// <summary>Trains and saves a small pipeline.</summary>
    public static ModelZip Create(Action<Options>? change = null)
    {
        var mlContext = new MLContext(seed: 1);
        var options = TestPipeline.QuickOptions(epochs: 1);
        options.Images.Size = 8;
        change?.Invoke(options);
        using var folder = new ImageFolder(imagesPerClass: 2);
        var data = folder.Load(mlContext);
        return Save(mlContext, TestPipeline.FromFiles(mlContext, folder, options).Fit(data), data.Schema);
    }

    /// <summary>Saves a pipeline with a model of this library's.</summary>
    public static ModelZip Save(MLContext mlContext, ITransformer model, DataViewSchema schema)
    {
        using var stream = new MemoryStream();
        mlContext.Model.Save(model, schema, stream);
        stream.Position = 0;
        return new ModelZip(stream);
    }

    /// <summary>A zip with the model's two entries alone.</summary>
    public byte[] ModelToBytes(byte[] model, byte[]? weights, CompressionLevel level = CompressionLevel.NoCompression) =>
        Zip([new(ModelEntry, model), new(WeightsEntry, weights!)], level);

    /// <summary>The zip, without compression, so that a changed byte of it is a changed byte of an entry.</summary>
    /// <param name="name">An entry that has other content, or <see langword="null"/>.</param>
    /// <param name="content">The content; <see langword="null"/> leaves the entry out.</param>
    /// <param name="level">The compression.</param>
    public byte[] ToBytes(string? name = null, byte[]? content = null, CompressionLevel level = CompressionLevel.NoCompression) =>
        Zip(_entries.Select(entry => entry.Key == name ? new(name, content!) : entry), level);

    private static byte[] Zip(IEnumerable<KeyValuePair<string, byte[]>> entries, CompressionLevel level)
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in entries.Where(entry => entry.Value is not null))
            {
                using var target = zip.CreateEntry(name, level).Open();
                target.Write(content);
            }
        }

        return stream.ToArray();
    }
}
