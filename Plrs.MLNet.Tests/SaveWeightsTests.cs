using System.Buffers.Binary;
using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;
using Plrs.MLNet.Tests.ImageClassification;
using Plrs.MLNet.Tests.Networks;
using Plrs.MLNet.Tests.Support;
using Plrs.MLNet.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Plrs.MLNet.Tests;

/// <summary>Weights of trained models for other programs.</summary>
[TestClass]
public sealed class SaveWeightsTests
{
    private readonly MLContext _mlContext = new(seed: 1);

    [TestMethod]
    public void ATrainedModelsWeightsAreReadBackToTheBit()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("net.safetensors");
        var data = _mlContext.Data.LoadFromEnumerable(TestPipeline.Images(9));
        var model = TestPipeline.FromMemory(_mlContext, TestPipeline.QuickOptions(epochs: 1)).Fit(data);
        var weights = TestPipeline.Model(model).Weights;
        File.WriteAllText(path, "what was there before");

        model.SaveWeights(path);

        var matched = WeightsMatching.Match(path, WeightsFile.Read(path), weights.Graph);
        Assert.HasCount(weights.Graph.Tensors.Count, matched);
        Assert.IsTrue(weights.Graph.Tensors.All(tensor => weights[tensor.Name].Bytes.AsSpan().SequenceEqual(matched[tensor.Name].Bytes)));
        CollectionAssert.AreEqual(new[] { path }, Directory.GetFiles(folder.Path), "Nothing stays beside the file.");
        var metadata = Metadata(path);
        CollectionAssert.AreEquivalent(new[] { "format", "network", "classes" }, metadata.Keys.ToArray());
        Assert.AreEqual("pt", metadata["format"]);
        Assert.AreEqual("CifarResNet(depth: 20)", metadata["network"]);
        CollectionAssert.AreEqual(TestImages.Classes.Take(3).ToArray(), JsonSerializer.Deserialize<string[]>(metadata["classes"]));

        // A loaded model knows as much; its parameters alone do not know the classes' names.
        using var stream = new MemoryStream();
        _mlContext.Model.Save(model, data.Schema, stream);
        stream.Position = 0;
        var loaded = _mlContext.Model.Load(stream, out _);
        loaded.SaveWeights(folder.File("loaded.safetensors"));
        CollectionAssert.AreEqual(File.ReadAllBytes(path), File.ReadAllBytes(folder.File("loaded.safetensors")));
        TestPipeline.Model(model).SaveWeights(path);
        CollectionAssert.AreEquivalent(new[] { "format", "network" }, Metadata(path).Keys.ToArray());
    }

    [TestMethod]
    public void TorchVisionsNetworkScoresWithTheWeights()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var folder = new TemporaryFolder();
        var path = folder.File("net.safetensors");
        using var ours = TestNetworks.Create(Network.MobileNetV3Small, seed: 3, classCount: 1000, imageSize: 64);
        using (enable_grad())
        {
            TestNetworks.SettleStatistics(ours);
        }

        ours.eval();
        SafetensorsWriter.Write(path, TestNetworks.Weights(ours), new Dictionary<string, string>());

        using var theirs = torchvision.models.mobilenet_v3_small();
        theirs.eval();
        var state = theirs.state_dict();
        var tensors = WeightsFile.Read(path);
        CollectionAssert.AreEquivalent(state.Keys.ToArray(), tensors.Select(tensor => tensor.Name).ToArray());
        foreach (var tensor in tensors)
        {
            CollectionAssert.AreEqual(state[tensor.Name].shape, tensor.Shape.ToArray(), tensor.Name);
            var values = empty(state[tensor.Name].shape, state[tensor.Name].dtype);
            tensor.Values.Bytes.CopyTo(values.bytes);
            state[tensor.Name].copy_(values);
        }

        var images = TestNetworks.Images(seed: 4, count: 2, size: 64);
        var logits = ours.forward(images);
        Assert.IsGreaterThan(1e-3f, logits.std().item<float>());
        Assert.AreEqual(
            0, (theirs.forward(images) - logits).abs().max().item<float>(), 1e-4f * Math.Max(1, logits.abs().max().item<float>()));
    }

    [TestMethod]
    public void AFileThatCannotBeWrittenLeavesWhatWasThere()
    {
        using var folder = new TemporaryFolder();
        var data = _mlContext.Data.LoadFromEnumerable(TestPipeline.Images(6));
        using var model = TestPipeline.FromMemory(_mlContext, TestPipeline.QuickOptions(epochs: 1)).Fit(data);
        Directory.CreateDirectory(folder.File("taken.safetensors", "inside")[..^"/inside".Length]);

        Assert.ThrowsExactly<DirectoryNotFoundException>(() => model.SaveWeights(Path.Combine(folder.Path, "none", "net.safetensors")));
        Assert.ThrowsExactly<ArgumentException>(() => model.SaveWeights(" "));
        Assert.Throws<Exception>(() => model.SaveWeights(folder.File("taken.safetensors")));
        Assert.IsEmpty(Directory.GetFiles(folder.Path), "Nothing half written stays.");

        var parameters = TestPipeline.Model(model);
        parameters.Dispose();
        Assert.ThrowsExactly<ObjectDisposedException>(() => parameters.SaveWeights(folder.File("net.safetensors")));
    }

    [TestMethod]
    public void AModelWithoutAClassifierIsRefused()
    {
        var model = new TransformerChain<ITransformer>();

        Assert.StartsWith(
            "The model has no TorchImageClassificationTransformer",
            Assert.ThrowsExactly<InvalidOperationException>(() => model.SaveWeights("net.safetensors")).Message);
    }

    private static Dictionary<string, string> Metadata(string path)
    {
        var file = File.ReadAllBytes(path);
        using var header = JsonDocument.Parse(file.AsMemory(8, (int)BinaryPrimitives.ReadInt64LittleEndian(file)));
        return header.RootElement.GetProperty("__metadata__").EnumerateObject()
            .ToDictionary(property => property.Name, property => property.Value.GetString()!);
    }
}
