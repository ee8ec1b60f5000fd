using Microsoft.ML;
using Plrs.MLNet.Export;
using Plrs.MLNet.ImageClassification;
using Plrs.MLNet.Images;
using Plrs.MLNet.Networks;
using Plrs.MLNet.Records;
using Plrs.MLNet.Tests.Networks;
using Plrs.MLNet.Tests.Support;
using static TorchSharp.torch;

namespace Plrs.MLNet.Tests.Export;

/// <summary>Every network as an ONNX file, by ONNX Runtime alone, beside the model that it is of and beside the module that trains.</summary>
[TestClass]
public sealed class OnnxNetworksTests
{
    private const int Images = 8;
    private const int Classes = 10;

    // What pixels go through first is the same for all networks, and large files take their time.
    private const long MostParametersOfPixels = 20_000_000;

    private static readonly Normalization Colours = new([0.485f, 0.456f, 0.406f], [0.229f, 0.224f, 0.225f]);
    private static readonly Dictionary<int, OnnxImages> ImagesBySize = [];

    // The command 'networks' of the benchmarks takes all networks, at their own size, with 100 images. Heavy ones take small images here. Of the
    // VGGs, whose files have half a gigabyte, the smallest stands for all, and ResNet101 for the deepest of its kind.
    private static readonly string[] LeftToTheBenchmarks = ["ResNet152", "Vgg13", "Vgg16", "Vgg19"];

    private static readonly Dictionary<string, int> SmallerSizes = new()
    {
        ["ResNet56"] = 16,
        ["ResNet110"] = 16,
        ["WideResNet28x10"] = 8,
        ["DenseNet40x12"] = 16,
        ["MLNetResNet18"] = 64,
        ["ResNet18"] = 64,
        ["ResNet34"] = 32,
        ["ResNet50"] = 32,
        ["ResNet101"] = 32,
        ["ResNet152"] = 32,
        ["Vgg11"] = 32,
        ["Vgg13"] = 32,
        ["Vgg16"] = 32,
        ["Vgg19"] = 32,
        ["DenseNet121"] = 64,
        ["MobileNetV2"] = 96,
        ["MobileNetV3Small"] = 96,
        ["MobileNetV3Large"] = 96,
        ["EfficientNetB0"] = 96,
    };

    public static IEnumerable<string> Names => Network.Known.Keys.Except(LeftToTheBenchmarks);

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void AFileScoresAsItsModel(string name)
    {
        using var folder = new TemporaryFolder();
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var definition = Network.Known[name];
        var size = SmallerSizes.GetValueOrDefault(name, definition.ImageSize);
        if (!ImagesBySize.TryGetValue(size, out var images))
        {
            ImagesBySize[size] = images = new OnnxImages(Images, size);
        }

        var normalized = images.Normalize(Colours);
        var batch = tensor(normalized, [Images, 3, size, size]);
        using var network = TestNetworks.Create(definition, seed: 3, Classes, size);
        SettledNetwork.Settle(network, batch);
        var expected = nn.functional.softmax(network.forward(batch), 1).data<float>().ToArray();
        Assert.IsGreaterThan(0.1f, expected.Where((_, i) => i % Classes == 0).Max() - expected.Where((_, i) => i % Classes == 0).Min(), "The images must differ for this test to tell.");
        using var model = Model(definition, network, size);

        var own = new float[Images * Classes];
        using (var scorer = model.CreateScorer(Images))
        {
            scorer.Score(images.Encoded, Images, own);
        }

        model.SaveOnnx(folder.File("images.onnx"));
        using (var file = new OnnxFile(folder.File("images.onnx")))
        {
            var scores = file.Score(normalized, Images, 3, size, size);
            Assert.IsLessThan(1e-4, Difference(own, scores), "the file and its model");
            Assert.IsLessThan(1e-4, Difference(expected, scores), "the file and the module that trains");
        }

        if (definition.CountParameters(Classes) > MostParametersOfPixels)
        {
            return;
        }

        model.SaveOnnx(folder.File("pixels.onnx"), OnnxInput.RgbPixels);
        using (var file = new OnnxFile(folder.File("pixels.onnx")))
        {
            Assert.IsLessThan(1e-4, Difference(own, file.Score(images.Pixels, Images, size, size, 3)), "the file that takes pixels and its model");
        }
    }

    private static TorchImageClassificationModelParameters Model(NetworkDefinition definition, GraphModule network, int size) => new(
        new MLContext(),
        definition,
        Classes,
        new DecoderSettings(size, ImageResizing.Stretch, 1 << 20),
        "Image",
        "Score",
        Colours,
        TestNetworks.Weights(network));

    private static double Difference(float[] expected, float[] actual) => expected.Zip(actual, (a, b) => Math.Abs((double)a - b)).Max();
}
