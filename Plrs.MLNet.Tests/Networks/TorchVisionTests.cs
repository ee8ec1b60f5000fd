using Plrs.MLNet.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Plrs.MLNet.Tests.Networks;

/// <summary>
/// Every network that TorchVision's package has, beside it: the same names and shapes, and with the same values the same results.
/// </summary>
[TestClass]
public sealed class TorchVisionTests
{
    private const int ImageNetClasses = 1000;

    /// <summary>The heavy ones on small images: all of their operations are in them, too.</summary>
    public static IEnumerable<(NetworkDefinition Network, Func<nn.Module<Tensor, Tensor>> Create, int ImageSize)> Networks =>
    [
        (Network.ResNet18, () => torchvision.models.resnet18(), 224),
        (Network.ResNet34, () => torchvision.models.resnet34(), 64),
        (Network.ResNet50, () => torchvision.models.resnet50(), 224),
        (Network.ResNet101, () => torchvision.models.resnet101(), 64),
        (Network.ResNet152, () => torchvision.models.resnet152(), 64),
        (ResNet.OfDepth(50, width: 2), () => torchvision.models.wide_resnet50_2(), 64),
        (Network.MobileNetV2, () => torchvision.models.mobilenet_v2(), 224),
        (new MobileNetV2(width: 0.35), () => torchvision.models.mobilenet_v2(width_mult: 0.35), 96),
        (new MobileNetV2(width: 1.4), () => torchvision.models.mobilenet_v2(width_mult: 1.4), 96),
        (Network.MobileNetV3Small, () => torchvision.models.mobilenet_v3_small(), 224),
        (Network.MobileNetV3Large, () => torchvision.models.mobilenet_v3_large(), 224),
        (Network.Vgg11, () => torchvision.models.vgg11_bn(), 224),
        (Network.Vgg13, () => torchvision.models.vgg13_bn(), 64),
        (Network.Vgg16, () => torchvision.models.vgg16_bn(), 96),
        (Network.Vgg19, () => torchvision.models.vgg19_bn(), 64),
    ];

    [TestMethod]
    [DynamicData(nameof(Networks))]
    public void WeightsAndLogitsAreTorchVisions(NetworkDefinition network, Func<nn.Module<Tensor, Tensor>> create, int imageSize)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var expected = create();
        using var actual = WithWeightsOf(expected, network, imageSize);
        expected.eval();
        actual.eval();
        var images = TestNetworks.Images(seed: 3, count: 2, size: imageSize);

        var logits = expected.forward(images);

        // Their logits may be large: what counts is how far ours are from them for their size.
        Assert.IsLessThan(1e-4f, ((actual.forward(images) - logits).abs().max() / logits.abs().max()).item<float>(), $"{network}");
    }

    /// <summary>
    /// In training: the batch's own statistics, how the running ones follow, and what backward makes of the loss. In float64, up to the
    /// head, because rounding that turns a rectifier on or off changes a gradient in its third place.
    /// </summary>
    [TestMethod]
    public void GradientsAndRunningStatisticsAreTorchVisions()
    {
        AssertTrainsAlike(ResNet.OfDepth(18), torchvision.models.resnet18());
        AssertTrainsAlike(new MobileNetV2(dropout: 0), torchvision.models.mobilenet_v2(dropout: 0));
        AssertTrainsAlike(new MobileNetV3(isLarge: false, dropout: 0), torchvision.models.mobilenet_v3_small());
    }

    private static void AssertTrainsAlike(NetworkDefinition network, nn.Module<Tensor, Tensor> expected)
    {
        using var scope = NewDisposeScope();
        using var actual = WithWeightsOf(expected, network, imageSize: 64);
        expected.to(ScalarType.Float64);
        actual.to(ScalarType.Float64);
        var images = TestNetworks.Images(seed: 3, count: 8, size: 64).to(ScalarType.Float64);
        var labels = tensor(new long[] { 0, 1, 2, 3, 4, 5, 6, 7 });
        foreach (var module in new[] { expected, actual })
        {
            module.train();
            foreach (var dropout in module.modules().OfType<TorchSharp.Modules.Dropout>())
            {
                dropout.eval();
            }

            nn.functional.cross_entropy(module.forward(images), labels).backward();
        }

        var theirs = expected.named_parameters().ToDictionary(entry => entry.name, entry => entry.parameter.grad!);
        foreach (var (name, parameter) in actual.named_parameters())
        {
            AssertClose(theirs[name], parameter.grad!, $"{network}: gradient of {name}");
        }

        var state = expected.state_dict();
        foreach (var (name, buffer) in actual.named_buffers())
        {
            AssertClose(state[name].to(ScalarType.Float64), buffer.to(ScalarType.Float64), $"{network}: {name}");
        }

        expected.Dispose();
    }

    private static void AssertClose(Tensor expected, Tensor actual, string what) =>
        Assert.IsLessThan(1e-4, ((expected - actual).norm() / (expected.norm() + 1e-6)).item<double>(), what);

    private static GraphModule WithWeightsOf(nn.Module module, NetworkDefinition network, int imageSize)
    {
        using var noGrad = no_grad();
        var copy = TestNetworks.Create(network, classCount: ImageNetClasses, imageSize: imageSize);
        var theirs = module.state_dict();
        var ours = copy.state_dict();
        CollectionAssert.AreEquivalent(theirs.Keys.ToArray(), ours.Keys.ToArray());
        foreach (var (key, tensor) in ours)
        {
            CollectionAssert.AreEqual(theirs[key].shape, tensor.shape, key);
            tensor.copy_(theirs[key]);
        }

        return copy;
    }
}
