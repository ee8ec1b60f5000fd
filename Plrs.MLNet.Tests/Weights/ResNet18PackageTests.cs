using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Plrs.MLNet.Networks;
using Plrs.MLNet.Weights;
using static TorchSharp.torch;

namespace Plrs.MLNet.Tests.Weights;

[TestClass]
public sealed class ResNet18PackageTests
{
    private const int Size = 224;
    private static readonly NetworkGraph Graph = Network.MLNetResNet18.CreateGraph(classCount: 5, Size);

    [TestMethod]
    public void EveryTensorOfTheBackboneIsFound()
    {
        var weights = ResNet18Package.Read(ResNet18Package.FilePath, Graph);

        CollectionAssert.AreEquivalent(
            Graph.Tensors.Where(tensor => tensor.Group != NetworkGraph.HeadGroup && !tensor.IsInteger)
                .Select(tensor => tensor.Name).ToArray(),
            weights.Keys.ToArray());
        Assert.AreEqual(
            15_897_152, Graph.Tensors.Where(tensor => tensor.IsParameter && weights.ContainsKey(tensor.Name)).Sum(tensor => tensor.Count));
    }

    [TestMethod]
    public void FeaturesAreThoseOfThePackagesOwnModel()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var network = new GraphModule(Graph, seed: 1);
        NetworkWeights.CopyTo(network, ResNet18Package.Read(ResNet18Package.FilePath, Graph));
        network.eval();
        using var session = new InferenceSession(ResNet18Package.FilePath);
        var input = ResNet18Package.Input;
        for (var seed = 0; seed < 2; seed++)
        {
            // Smooth, as photos are: red, green and blue from 0 to 255.
            using var generator = new Generator((ulong)seed);
            var rgb = nn.functional.interpolate(
                rand([1, 3, 7, 7], generator: generator) * 255, [Size, Size], mode: InterpolationMode.Bilinear, align_corners: false);
            var color = tensor(input.Mean.ToArray()).view(1, 3, 1, 1);

            // The mean of the package, as one colour for all pixels.
            var bgr = (rgb - (color * 255)).flip(1).contiguous();
            using var results = session.Run(
                [NamedOnnxValue.CreateFromTensor("Input247", new DenseTensor<float>(bgr.data<float>().ToArray(), [1, 3, Size, Size]))]);
            var expected = results[0].AsEnumerable<float>().ToArray();

            var features = network.Features(((rgb / 255) - color) / tensor(input.StandardDeviation.ToArray()).view(1, 3, 1, 1))
                .data<float>().ToArray();

            Assert.HasCount(512, features);
            Assert.IsLessThan(2e-4, expected.Zip(features, (a, b) => Math.Abs(a - b)).Max());
            Assert.IsGreaterThan(1f, expected.Max());
        }
    }

    [TestMethod]
    public void AnotherNetworkIsRefused()
    {
        var (nodes, tensors) = Read();

        var shorter = Assert.ThrowsExactly<FormatException>(
            () => OnnxStructure.Match(nodes, tensors, Network.ResNet18.CreateGraph(5, Size)));
        var other = Assert.ThrowsExactly<FormatException>(() => OnnxStructure.Match(nodes, tensors, Network.ResNet50.CreateGraph(5, Size)));

        // Where ResNet-18's last stage goes over to the one before, the file has one more block.
        Assert.AreEqual(
            "its tensor 'Parameter23' has the shape [512, 512, 3, 3], where the network's 'layer4.0.conv1.weight' has [512, 256, 3, 3]",
            shorter.Message);
        Assert.AreEqual(
            "its tensor 'Parameter417' has the shape [512], where the network's 'layer4.2.bn3.weight' has [2048]", other.Message);
    }

    [TestMethod]
    public void ATensorThatIsMissingOrMisshapenIsNamed()
    {
        var (nodes, tensors) = Read();
        var misshapen = tensors.Single(tensor => tensor.Name == "Parameter14") with { Shape = [511, 512, 3, 3] };
        FileTensor[] others = [.. tensors.Where(tensor => tensor.Name != misshapen.Name)];

        Assert.AreEqual(
            "its tensor 'Parameter14' has the shape [511, 512, 3, 3], where the network's 'layer4.2.conv1.weight' has [512, 512, 3, 3]",
            Assert.ThrowsExactly<FormatException>(() => OnnxStructure.Match(nodes, [.. others, misshapen], Graph)).Message);
        Assert.AreEqual(
            "it has no tensor 'Parameter14'",
            Assert.ThrowsExactly<FormatException>(() => OnnxStructure.Match(nodes, others, Graph)).Message);
        Assert.AreEqual("it has no nodes", Assert.ThrowsExactly<FormatException>(() => OnnxStructure.Match([], others, Graph)).Message);
    }

    private static (IReadOnlyList<OnnxNode> Nodes, IReadOnlyList<FileTensor> Tensors) Read()
    {
        using var stream = File.OpenRead(ResNet18Package.FilePath);
        var source = new FileSource(stream, new MemoryAllowance(stream.Length));
        return (OnnxReader.ReadNodes(source), OnnxReader.Read(source));
    }
}
