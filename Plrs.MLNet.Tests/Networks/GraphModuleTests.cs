using Plrs.MLNet.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Plrs.MLNet.Tests.Networks;

/// <summary>The module that a graph is trained as, beside TorchSharp's own modules.</summary>
[TestClass]
public sealed class GraphModuleTests
{
    [TestMethod]
    public void ABlockComputesWhatTorchSharpsModulesCompute()
    {
        using var scope = NewDisposeScope();
        using var network = new GraphModule(Residual(), seed: 3);
        using var convolution = nn.Conv2d(3, 4, kernel_size: 3, padding: 1, bias: false);
        using var norm = nn.BatchNorm2d(4);
        using var second = nn.Conv2d(4, 4, kernel_size: 3, padding: 1, bias: true);
        using var linear = nn.Linear(4, 5);
        Copy(network, "conv1", convolution);
        Copy(network, "norm", norm);
        Copy(network, "conv2", second);
        Copy(network, "head", linear);
        var images = TestNetworks.Images(seed: 2, count: 4);

        foreach (var isTraining in new[] { true, false })
        {
            network.train(isTraining);
            norm.train(isTraining);
            var x = norm.forward(convolution.forward(images)).relu();
            var expected = linear.forward((second.forward(x) + x).relu().mean([2, 3]));

            Assert.IsTrue(network.forward(images).allclose(expected, rtol: 1e-5, atol: 1e-6), $"Training: {isTraining}");
        }

        Assert.AreEqual(norm.running_var!.sum().item<float>(), network.get_buffer("norm.running_var")!.sum().item<float>(), 1e-5f);
    }

    [TestMethod]
    public void GradientsAreThoseOfTorchSharpsModules()
    {
        using var scope = NewDisposeScope();
        using var network = new GraphModule(Residual(), seed: 3);
        var images = TestNetworks.Images(seed: 2, count: 4);
        var labels = tensor(new long[] { 0, 1, 2, 3 });
        network.train();
        var weight = network.get_parameter("conv1.weight")!;
        nn.functional.cross_entropy(network.forward(images), labels).backward();
        var gradient = weight.grad!.clone();

        // A finite difference along the gradient: the loss falls by as much as the gradient says.
        using var noGrad = no_grad();
        var step = 1e-3 / gradient.norm().item<float>();
        weight.sub_(gradient * step);
        var lower = nn.functional.cross_entropy(network.forward(images), labels).item<float>();
        weight.add_(gradient * (2 * step));
        var higher = nn.functional.cross_entropy(network.forward(images), labels).item<float>();

        Assert.AreEqual(2e-3 * gradient.norm().item<float>(), higher - lower, 2e-4);
    }

    [TestMethod]
    public void OverwritingASharedResultWouldChangeWhatTheOtherTakes()
    {
        // The norm's result goes to the rectifier and to the sum: it must stay as it is.
        var builder = new GraphBuilder();
        var images = builder.Add("images", new Operation.Input(new LayerShape(2, 4, 4)), "images");
        var normed = images.BatchNorm("norm");
        var sum = normed.Add(normed.Relu());
        using var scope = NewDisposeScope();
        using var network = new GraphModule(builder.Build(sum, sum), seed: 0);
        network.eval();
        var input = randn(2, 2, 4, 4);
        var copy = input.clone();
        var expected = (input / Math.Sqrt(1 + 1e-5)) + (input / Math.Sqrt(1 + 1e-5)).relu();

        Assert.IsTrue(network.forward(input).allclose(expected, rtol: 1e-5, atol: 1e-6));
        Assert.IsTrue(input.eq(copy).all().item<bool>(), "The images were changed.");
    }

    // In evaluation dropout changes nothing, and its result is let go at another time than its input.
    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void DropoutBesideAShortcutPassesThroughInEvaluation(bool ofImages)
    {
        using var scope = NewDisposeScope();
        using var dropping = new GraphModule(Graph(x => ofImages ? x.StochasticDepth(0.5) : x.Dropout(0.5)), seed: 3);
        using var plain = new GraphModule(Graph(x => x), seed: 3);
        var images = TestNetworks.Images(seed: 2, count: 4);
        dropping.eval();
        plain.eval();

        Assert.IsTrue(dropping.forward(images).eq(plain.forward(images)).all().item<bool>());

        static NetworkGraph Graph(Func<Layer, Layer> drop)
        {
            var builder = new GraphBuilder();
            var images = builder.Add("images", new Operation.Input(new LayerShape(3, 8, 8)), "images");
            var x = drop(images).Convolution("conv1", 4, kernel: 3).Relu();
            x = drop(x).Convolution("conv2", 4, kernel: 3).Add(x);
            x = x.Convolution("conv3", 4, kernel: 3).Add(drop(x));
            var dropped = drop(x);
            var features = dropped.Relu().Add(x).Add(dropped).GlobalAveragePool();
            return builder.Build(features, drop(features).Linear("head", 5));
        }
    }

    [TestMethod]
    public void ResultsInBetweenAreLetGoAsSoonAsNobodyTakesThem()
    {
        using var network = TestNetworks.Create();
        network.eval();
        using var scope = NewDisposeScope();
        var images = TestNetworks.Images(seed: 1, count: 2);
        using var noGrad = no_grad();
        var before = scope.DisposablesCount;

        network.forward(images);

        Assert.IsLessThan(before + 8, scope.DisposablesCount, "Of some hundred results, a few are left.");
    }

    [TestMethod]
    public void FeaturesAreWhatTheHeadTakes()
    {
        using var scope = NewDisposeScope();
        using var network = TestNetworks.Create(Network.ResNet20, seed: 4);
        using var backbone = new GraphModule(network.Graph.WithoutHead(), seed: 4);
        network.eval();
        backbone.eval();
        var images = TestNetworks.Images(seed: 1, count: 3);

        var features = backbone.forward(images);

        CollectionAssert.AreEqual(new long[] { 3, 64 }, features.shape);
        var logits = nn.functional.linear(features, network.get_parameter("linear.weight")!, network.get_parameter("linear.bias")!);
        Assert.IsTrue(network.forward(images).eq(logits).all().item<bool>());
        Assert.DoesNotContain("linear.weight", backbone.state_dict().Keys);
    }

    // Moving to a GPU and back replaces the tensors in the same way.
    [TestMethod]
    public void ItComputesWithTheTensorsThatMovingPutInPlace()
    {
        using var scope = NewDisposeScope();
        using var network = TestNetworks.Create();
        network.eval();
        var images = TestNetworks.Images(seed: 1, count: 2);
        var before = network.forward(images);
        var weight = network.get_parameter("conv1.weight")!;

        network.to(ScalarType.Float64).to(ScalarType.Float32);

        Assert.AreNotSame(weight, network.get_parameter("conv1.weight"));
        Assert.IsTrue(network.forward(images).eq(before).all().item<bool>());
        using var noGrad = no_grad();
        network.get_parameter("linear.bias")!.add_(1);
        Assert.IsTrue(network.forward(images).allclose(before + 1));
    }

    private static NetworkGraph Residual()
    {
        var builder = new GraphBuilder();
        var images = builder.Add("images", new Operation.Input(new LayerShape(3, 8, 8)), "images");
        var x = images.Convolution("conv1", 4, kernel: 3).BatchNorm("norm").Relu();
        var features = x.Convolution("conv2", 4, kernel: 3, bias: true).Add(x).Relu().GlobalAveragePool();
        return builder.Build(features, features.Linear("head", 5));
    }

    private static void Copy(GraphModule network, string name, nn.Module module)
    {
        using var noGrad = no_grad();
        foreach (var (key, tensor) in module.state_dict())
        {
            tensor.copy_(network.state_dict()[$"{name}.{key}"]);
        }
    }
}
