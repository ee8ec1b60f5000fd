using Plrs.MLNet.Networks;
using Plrs.MLNet.Tests.Networks;
using Plrs.MLNet.Tests.Support;
using Plrs.MLNet.Tests.Weights.Files;
using Plrs.MLNet.Weights;

namespace Plrs.MLNet.Tests.Weights;

[TestClass]
public sealed class WeightsMatchingTests
{
    private const string Path = "folder/file.pth";
    private static readonly NetworkGraph Graph = Create(classCount: 3);
    private static readonly FileTensor[] Tensors = TensorsOf(Graph);

    [TestMethod]
    [DataRow("")]
    [DataRow("state_dict.")]
    [DataRow("model_state_dict.module.")]
    [DataRow("model._orig_mod.")]
    [DataRow("anything.at.all.")]
    public void NamesAreFoundBehindWhateverStandsBeforeThem(string beginning)
    {
        FileTensor[] file =
        [
            .. Tensors.Select(tensor => tensor with { Name = beginning + tensor.Name }),
            .. beginning == "" ? [] : new[] { Tensor("optimizer.momentum", 7) },
        ];

        var matched = WeightsMatching.Match(Path, file, Graph);

        Assert.HasCount(Graph.Tensors.Count, matched);
        foreach (var tensor in Tensors)
        {
            Assert.AreSame(tensor.Values, matched[tensor.Name]);
        }
    }

    [TestMethod]
    public void OfSeveralThatFitTheFirstIsTaken()
    {
        var other = TensorsOf(Graph);

        var matched = WeightsMatching.Match(
            Path,
            [
                .. Tensors.Select(tensor => tensor with { Name = $"model.{tensor.Name}" }),
                .. other.Select(tensor => tensor with { Name = $"model_ema.module.{tensor.Name}" }),
            ],
            Graph);

        Assert.AreSame(Tensors[0].Values, matched[Tensors[0].Name]);
    }

    [TestMethod]
    public void OfSeveralThatFitItIsSaidWhichAreTaken()
    {
        FileTensor[] twice =
        [
            .. Tensors.Select(tensor => tensor with { Name = $"model.{tensor.Name}" }),
            .. Tensors.Select(tensor => tensor with { Name = $"model_ema.module.{tensor.Name}" }),
        ];

        Assert.AreEqual(
            $"The file '{Path}' has the network's weights 2 times, with names that begin with 'model.', 'model_ema.module.'. " +
            "Those of 'model.' are used.",
            WeightsMatching.Choice(Path, twice, Graph));
        Assert.IsNull(WeightsMatching.Choice(Path, twice[..^1], Graph));
        Assert.IsNull(WeightsMatching.Choice(Path, Tensors, Graph));
        Assert.IsNull(WeightsMatching.Choice(Path, [], Graph));
    }

    [TestMethod]
    public void TheHeadIsLeftOutWhereTheClassesAreOthers()
    {
        var matched = WeightsMatching.Match(Path, TensorsOf(Create(classCount: 1000)), Graph);

        CollectionAssert.AreEquivalent(
            Graph.Tensors.Select(tensor => tensor.Name).Where(name => !name.StartsWith("linear.", StringComparison.Ordinal)).ToArray(),
            matched.Keys.ToArray());
    }

    [TestMethod]
    public void TheHeadIsLeftOutWhereTheFileHasNone()
    {
        var matched = WeightsMatching.Match(
            Path, [.. Tensors.Where(tensor => !tensor.Name.StartsWith("linear.", StringComparison.Ordinal))], Graph);

        Assert.IsFalse(matched.ContainsKey("linear.weight") || matched.ContainsKey("linear.bias"));
        Assert.HasCount(Graph.Tensors.Count - 2, matched);
    }

    [TestMethod]
    public void AHeadOfOtherFeaturesIsNoHead() => AssertRefused(
        "1 tensor is of another shape or type: 'linear.weight' is [3, 8], not [3, 4].",
        [.. Tensors.Where(tensor => tensor.Name != "linear.weight"), Tensor("linear.weight", 3, 8)]);

    [TestMethod]
    public void AHeadThatContradictsItselfIsNoHead() => AssertRefused(
        "2 tensors are of another shape or type: 'linear.weight' is [5, 4], not [3, 4], 'linear.bias' is [6], not [3].",
        [
            .. Tensors.Where(tensor => !tensor.Name.StartsWith("linear.", StringComparison.Ordinal)),
            Tensor("linear.weight", 5, 4),
            Tensor("linear.bias", 6),
        ]);

    [TestMethod]
    public void NumbersOfBatchesMayBeMissingOrAVector()
    {
        var without = WeightsMatching.Match(Path, [.. Tensors.Where(tensor => !tensor.IsInteger)], Graph);
        CollectionAssert.AreEqual(new byte[8], without["bn1.num_batches_tracked"].Bytes);

        var vector = Tensors.First(tensor => tensor.IsInteger) with { Shape = [1] };
        Assert.AreSame(
            vector.Values,
            WeightsMatching.Match(Path, [.. Tensors.Where(tensor => !tensor.IsInteger), vector], Graph)["bn1.num_batches_tracked"]);
    }

    [TestMethod]
    public void AllThatDoesNotFitComesInOneErrorWithTheNearestNames() => AssertRefused(
        "1 tensor is missing: 'bn1.running_var' [4] (nearest: 'bn1.running_variance'); "
        + "2 tensors are of another shape or type: " +
            "'conv1.weight' is [4, 3, 7, 7], not [4, 3, 3, 3], 'bn1.num_batches_tracked' is real [], not whole []; "
        + "3 tensors are unexpected: 'bn1.running_variance' [4], 'extra.weight' [1, 2], 'extra.bias' [2].",
        [
            .. Tensors.Where(tensor => tensor.Name is not ("bn1.running_var" or "conv1.weight" or "bn1.num_batches_tracked")),
            Tensor("bn1.running_variance", 4),
            Tensor("conv1.weight", 4, 3, 7, 7),
            Tensor("bn1.num_batches_tracked"),
            Tensor("extra.weight", 1, 2),
            Tensor("extra.bias", 2),
        ]);

    [TestMethod]
    public void ANetworkThatTheFileFitsIsNamed()
    {
        var error = Error(TensorsOf(Network.ResNet32.CreateGraph(10, 8)), Network.ResNet20.CreateGraph(10, 8));

        Assert.StartsWith(
            "The weights in 'folder/file.pth' do not fit the network: 72 tensors are unexpected: 'layer1.3.conv1.weight' [16, 16, 3, 3], ",
            error);
        Assert.EndsWith(", …. They fit Network.ResNet32.", error);
    }

    [TestMethod]
    public void WeightsOfSomethingElseAreRefusedWithoutAGuess() => Assert.AreEqual(
        "The weights in 'folder/file.pth' do not fit the network: " +
        "5 tensors are missing: 'conv1.weight' [4, 3, 3, 3] (nearest: 'encoder.weight'), "
        + "'bn1.weight' [4] (nearest: 'encoder.weight'), " +
            "'bn1.bias' [4] (nearest: 'encoder.weight'), 'bn1.running_mean' [4] (nearest: 'encoder.weight'), "
        + "'bn1.running_var' [4] (nearest: 'encoder.weight'); 1 tensor is unexpected: 'encoder.weight' [7].",
        Error([Tensor("encoder.weight", 7)], Graph));

    [TestMethod]
    public void TheNamesOfTheFirstDenseNetsAreKnown()
    {
        var graph = Network.DenseNet121.CreateGraph(2, 224);
        var old = TensorsOf(graph)
            .Select(
                tensor =>
                    tensor with
                    {
                        Name = System.Text.RegularExpressions.Regex.Replace(tensor.Name, @"(denselayer\d+\.(?:norm|conv))([12])", "$1.$2"),
                    })
            .ToArray();

        var matched = WeightsMatching.Match(Path, old, graph);

        Assert.Contains("features.denseblock1.denselayer1.norm.1.weight", old.Select(tensor => tensor.Name));
        Assert.HasCount(graph.Tensors.Count, matched);
    }

    [TestMethod]
    public void ValuesWithWhichNothingScoresAreRefused()
    {
        Assert.AreEqual(
            "The weights in 'folder/file.pth' cannot be used: 'conv1.weight' has values that are not finite.",
            Error(With("conv1.weight", float.NaN), Graph));
        Assert.AreEqual(
            "The weights in 'folder/file.pth' cannot be used: 'bn1.running_var' has negative values.",
            Error(With("bn1.running_var", -1), Graph));

        static FileTensor[] With(string name, float value)
        {
            var tensor = Tensors.Single(tensor => tensor.Name == name);
            var values = tensor.Values.Floats.ToArray();
            values[^1] = value;
            return [.. Tensors.Where(other => other != tensor), tensor with { Values = WeightTensor.Of(values) }];
        }
    }

    [TestMethod]
    public void AFileIsNamedInWhatItGets()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("net.pth");
        File.WriteAllBytes(path, TorchFile.Zip(pickle => pickle.Global("os", "system")));

        Assert.StartsWith(
            $"The weights in '{path}' cannot be read: it names 'os.system', which is not loaded",
            Assert.ThrowsExactly<FormatException>(() => WeightsFile.Read(path)).Message);
        Assert.ThrowsExactly<FileNotFoundException>(() => WeightsFile.Read(folder.File("none.pth")));

        File.WriteAllBytes(
            path,
            TorchFile.Zip(
                pickle => pickle.Dictionary(("a", p => p.Tensor(TorchFileStorage.Of("0", 1, 2), [2]))), TorchFileStorage.Of("0", 1, 2)));
        CollectionAssert.AreEqual(new float[] { 1, 2 }, WeightsFile.Read(path).Single().Values.Floats.ToArray());
    }

    private static NetworkGraph Create(int classCount) => new Described(
        1, images => images.Convolution("conv1", 4, kernel: 3).BatchNorm("bn1").Relu().GlobalAveragePool()).CreateGraph(
            classCount, imageSize: 8);

    /// <summary>A file's tensors as a network's, each with values of its own.</summary>
    private static FileTensor[] TensorsOf(NetworkGraph graph) =>
    [
        .. graph.Tensors.Select(
            tensor => new FileTensor(
                tensor.Name, [.. tensor.Shape.Select(length => (long)length)], tensor.IsInteger, new WeightTensor(new byte[tensor.Bytes]))),
    ];

    private static FileTensor Tensor(string name, params long[] shape) =>
        new(name, shape, IsInteger: false, new WeightTensor(new byte[4 * shape.Aggregate(1L, (product, length) => product * length)]));

    private static string Error(IReadOnlyList<FileTensor> tensors, NetworkGraph graph) =>
        Assert.ThrowsExactly<FormatException>(() => WeightsMatching.Match(Path, tensors, graph)).Message;

    private static void AssertRefused(string mismatch, IReadOnlyList<FileTensor> tensors) =>
        Assert.AreEqual($"The weights in 'folder/file.pth' do not fit the network: {mismatch}", Error(tensors, Graph));
}
