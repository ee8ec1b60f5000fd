using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Microsoft.ML;
using Plrs.MLNet.Tests.Networks;
using Plrs.MLNet.Weights;

namespace Plrs.MLNet.Tests.ImageClassification.ModelFiles;

/// <summary>One kind of damage at a time, each with its error.</summary>
[TestClass]
public sealed class DamagedModelTests
{
    private const int ClaimedLength = 24 - 46; // In the archive's directory, from the entry's name.

    private static readonly ModelZip Intact = ModelZip.Create();
    private static readonly byte[] Model = Intact[Intact.ModelEntry];
    private static readonly byte[] Weights = Intact[Intact.WeightsEntry];

    [TestMethod]
    public void AnIntactFileLoadsAndScores()
    {
        var load = ModelLoad.Pipeline(new MLContext(), Intact.ToBytes());

        Assert.IsNull(load.Error);
        Assert.AreEqual(1, load.Scores!.Sum(), 1e-5);
    }

    [TestMethod]
    public void AFieldOutOfRangeIsNamed()
    {
        foreach (var classes in new[] { 0, 1, -1, (1 << 20) + 1, int.MaxValue, int.MinValue })
        {
            AssertModelRefused(
                Model.With(ModelKey.ClassCount, classes),
                $"The model is damaged: its number of classes is {classes}, not from 2 to 1048576.");
        }

        foreach (var arguments in new[] { -1, 65, int.MaxValue })
        {
            AssertModelRefused(
                Model.With(ModelKey.ArgumentCount, arguments), $"The model is damaged: its network has {arguments} arguments.");
        }

        AssertModelRefused(
            Model.With(ModelKey.Depth, BitConverter.GetBytes(21.0)),
            "The model cannot be loaded: its network is a 'CifarResNet' that cannot be made: " +
            "depth is 21; it must be 6n + 2, from 8 to 1202.");
        foreach (var size in new[] { 0, 7, 1025, int.MaxValue, int.MinValue })
        {
            AssertModelRefused(Model.With(ModelKey.ImageSize, size), $"The model is damaged: its image size is {size}.");
        }

        foreach (var resizing in new[] { 3, -1 })
        {
            AssertModelRefused(
                Model.With(ModelKey.Resizing, resizing),
                $"The model is damaged: its resizing is {resizing}, which is none that this version knows.");
        }

        foreach (var pixels in new[] { 0, -1, (1L << 29) + 1, long.MaxValue })
        {
            AssertModelRefused(
                Model.With(ModelKey.MaximumPixels, BitConverter.GetBytes(pixels)),
                $"The model is damaged: its most pixels of an image are {pixels}.");
        }

        AssertModelRefused(Model.With(ModelKey.Mean, BitConverter.GetBytes(float.NaN)), "The model is damaged: its mean colour is NaN, ");
        AssertModelRefused(Model.With(ModelKey.StandardDeviation, 0), "The model is damaged: its standard deviations of colour are 0, ");
    }

    [TestMethod]
    public void ATransformerWhoseColumnsDoNotFitIsRefused()
    {
        // Its texts are 0 'Image', 1 'Label' and 2 'PredictedLabel'.
        AssertTransformerRefused(ModelKey.FeatureColumn, 1, "The model is damaged: its column of images is 'Label' and 'Image'.");
        AssertTransformerRefused(ModelKey.FeatureColumn, 2, "The model is damaged: Could not find feature column 'PredictedLabel'");
        AssertTransformerRefused(ModelKey.LabelColumn, 0, "The model is damaged: its label column 'Image' is no key of 3 classes.");
        AssertTransformerRefused(
            ModelKey.LabelColumn, 2, "The model is damaged: its label column 'PredictedLabel' is no key of 3 classes.");
        foreach (var field in new[] { ModelKey.FeatureColumn, ModelKey.LabelColumn, ModelKey.PredictedLabelColumn })
        {
            AssertTransformerRefused(field, 3, "");
            AssertTransformerRefused(field, int.MinValue, "");
        }
    }

    [TestMethod]
    public void FieldsAtTheEndsOfTheirRangesLoad()
    {
        var model = Model.With(ModelKey.Resizing, (int)ImageResizing.Pad).With(ModelKey.MaximumPixels, BitConverter.GetBytes(1L));

        Assert.IsNull(ModelLoad.Pipeline(new MLContext(), Intact.ToBytes(Intact.ModelEntry, model)).Error);
    }

    [TestMethod]
    public void AnEntryThatEndsTooEarlyIsAFormatErrorWhereverItEnds()
    {
        for (var length = 0; length < Model.Length; length++)
        {
            var load = ModelLoad.ModelAlone(new MLContext(), Intact.ModelToBytes(Model[..length], Weights), Intact.Folder);
            Assert.IsNotNull(load.FormatError, $"After {length} bytes: {load.Error}");
        }

        foreach (var length in Boundaries())
        {
            AssertWeightsRefused(Weights[..length], LengthMessage(length));
        }
    }

    [TestMethod]
    public void WeightsOfAnotherNetworkAreRefused()
    {
        var other = ModelZip.Create(options => options.Arch = Network.ResNet32);
        var bytes = other[other.WeightsEntry];

        AssertWeightsRefused(bytes, LengthMessage(bytes.Length));
        AssertModelRefused(
            Model.With(ModelKey.ClassCount, 1 << 20),
            $"The model is damaged: its weights have {Weights.Length} bytes; " +
            $"those of a CifarResNet(depth: 20) with 1048576 classes have {Weights.Length + (((1 << 20) - 3) * 65L * sizeof(float))}.");
    }

    [TestMethod]
    public void WeightsAtTheEndThatTheNetworkLacksAreRefused() =>
        AssertWeightsRefused([.. Weights, 0], LengthMessage(Weights.Length + 1));

    [TestMethod]
    public void ANameThatIsSaidToBeLongIsRefused() => AssertWeightsRefused(
        Weights.With(sizeof(int), int.MaxValue),
        "The model is damaged: The weights do not fit the network: the name of 'conv1.weight' is not the expected one.");

    [TestMethod]
    public void WeightsThatCannotBeUsedAreRefused()
    {
        AssertWeightsRefused(
            Weights.With(Values("linear.bias"), BitConverter.GetBytes(float.NaN)),
            "The model is damaged: The weights cannot be used: 'linear.bias' has values that are not finite.");
        AssertWeightsRefused(
            Weights.With(Values("bn1.running_mean"), BitConverter.GetBytes(float.PositiveInfinity)),
            "The model is damaged: The weights cannot be used: 'bn1.running_mean' has values that are not finite.");
        AssertWeightsRefused(
            Weights.With(Values("bn1.running_var"), BitConverter.GetBytes(-1f)),
            "The model is damaged: The weights cannot be used: 'bn1.running_var' has negative values.");
    }

    [TestMethod]
    public void ExtremeButFiniteWeightsScoreWithoutAnError()
    {
        foreach (var value in new[] { 0f, float.MaxValue, float.Epsilon })
        {
            var load = ModelLoad.Pipeline(new MLContext(), Intact.ToBytes(Intact.WeightsEntry, Filled(value)));

            Assert.IsNull(load.Error);
            Assert.HasCount(3, load.Scores!);
            load.Check($"Weights of {value}");
        }
    }

    [TestMethod]
    public void MissingWeightsAreRefused() =>
        AssertRefused(Intact.ToBytes(Intact.WeightsEntry, null), "The model is damaged: its weights are missing.");

    [TestMethod]
    public void AnEntryThatUnpacksToFarMoreIsRefused()
    {
        var bomb = Intact.ToBytes(Intact.WeightsEntry, new byte[64 << 20], CompressionLevel.Fastest);

        Assert.IsLessThan(2 << 20, bomb.Length);
        AssertRefused(bomb, LengthMessage(64 << 20));
    }

    // Zeros have the right length for the network that the file names, and are packed a thousandfold.
    [TestMethod]
    public void WeightsThatArePackedIntoFarLessThanTheyAreAreRefused()
    {
        const int Classes = 1 << 17;
        var model = Model.With(ModelKey.ClassCount, Classes);
        var length = WeightsFormat.Length(Network.ResNet20.CreateGraph(Classes, imageSize: 8));
        var bomb = Intact.ModelToBytes(model, new byte[length], CompressionLevel.SmallestSize);

        var load = ModelLoad.ModelAlone(new MLContext(), bomb, Intact.Folder);

        Assert.IsLessThan(length / 100, bomb.LongLength);
        Assert.StartsWith($"The model is damaged: its weights have {length} bytes, packed into ", load.FormatError!.Message);
        load.Check("A bomb");
    }

    [TestMethod]
    public void ATensorThatNoArrayHoldsIsRefused()
    {
        const int TwoMoreArguments = 24;
        var wide = ModelZip.Create(options => options.Arch = new WideResNet(depth: 10, width: 8));
        var model = wide[wide.ModelEntry].With(ModelKey.ClassCount + TwoMoreArguments, 1 << 20);

        var load = ModelLoad.ModelAlone(new MLContext(), wide.ModelToBytes(model, wide[wide.WeightsEntry]), wide.Folder);

        Assert.StartsWith(
            "The model is damaged: 'fc.weight', of shape 1048576×512, has more than the 2147483591 bytes that can be saved.",
            load.FormatError!.Message);
        load.Check("A tensor of 2 GiB");
    }

    // This archive cannot be unpacked to what its directory claims; that the claim is the error shows that it was not tried.
    [TestMethod]
    public void ALengthInTheArchivesDirectoryIsCheckedBeforeUnpacking()
    {
        foreach (var claimed in new uint[] { 0, 1, uint.MaxValue - 1 })
        {
            AssertRefused(WithClaimedLength(claimed), LengthMessage(claimed));
        }
    }

    [TestMethod]
    public void WeightsThatCannotBeUnpackedAreRefused()
    {
        var zip = Intact.ToBytes(level: CompressionLevel.Fastest);
        var name = zip.AsSpan().IndexOf(Encoding.UTF8.GetBytes(Intact.WeightsEntry));
        zip.AsSpan(name + Intact.WeightsEntry.Length, 64).Fill(0xFF);

        AssertRefused(zip, "The model is damaged: ");
    }

    [TestMethod]
    public void AnAssemblysPathInAModelLoadsNothing()
    {
        using var folder = new Support.TemporaryFolder();
        var path = folder.File("Hostile.dll");
        File.Copy(typeof(DamagedModelTests).Assembly.Location, path);
        foreach (var name in new[] { path, $"Hostile, CodeBase={path}", "Hostile", "../Hostile" })
        {
            var load = ModelLoad.ModelAlone(
                new MLContext(), Intact.ModelToBytes(ModelKey.WithAssembly(Model, name), Weights), Intact.Folder);

            Assert.IsTrue(load.Error is FileNotFoundException or FileLoadException, $"{name}: {load.Error}");
            Assert.IsFalse(AppDomain.CurrentDomain.GetAssemblies().Any(assembly => !assembly.IsDynamic && assembly.Location == path), name);
        }
    }

    [TestMethod]
    public void ManyClassesAreScoredInSmallBatches()
    {
        const int Classes = 1 << 17;
        var zip = Intact.ModelToBytes(Model.With(ModelKey.ClassCount, Classes), NewWeights(Network.ResNet20, Classes));

        var load = ModelLoad.ModelAlone(new MLContext(), zip, Intact.Folder);

        Assert.HasCount(Classes, load.Scores!);
        Assert.AreEqual(8, load.BatchSize);
    }

    [TestMethod]
    public void TheLengthOfWeightsIsThatOfWhatIsWritten()
    {
        foreach (var (network, classCount) in new[] { (Network.ResNet20, 2), (Network.ResNet20, 1000), (Network.ResNet110, 7) })
        {
            Assert.AreEqual(
                NewWeights(network, classCount).LongLength, WeightsFormat.Length(network.CreateGraph(classCount, imageSize: 8)));
        }
    }

    private static byte[] NewWeights(NetworkDefinition definition, int classCount)
    {
        using var network = TestNetworks.Create(definition, classCount: classCount);
        return TestNetworks.WeightBytes(TestNetworks.Weights(network));
    }

    private static string LengthMessage(long length) =>
        $"The model is damaged: its weights have {length} bytes; those of a CifarResNet(depth: 20) with 3 classes have {Weights.Length}.";

    private static void AssertModelRefused(byte[] model, string message) =>
        AssertRefused(Intact.ToBytes(Intact.ModelEntry, model), message);

    private static void AssertTransformerRefused(int field, int text, string message) =>
        AssertRefused(Intact.ToBytes(Intact.TransformerEntry, Intact[Intact.TransformerEntry].With(field, text)), message);

    private static void AssertWeightsRefused(byte[] weights, string message) =>
        AssertRefused(Intact.ToBytes(Intact.WeightsEntry, weights), message);

    private static void AssertRefused(byte[] zip, string message)
    {
        var load = ModelLoad.Pipeline(new MLContext(), zip);

        Assert.IsInstanceOfType<InvalidOperationException>(load.Error);
        Assert.StartsWith(message, load.FormatError!.Message);
        load.Check(message);
    }

    private static byte[] WithClaimedLength(uint length)
    {
        var zip = Intact.ToBytes();
        var name = zip.AsSpan().LastIndexOf(Encoding.UTF8.GetBytes(Intact.WeightsEntry));
        BinaryPrimitives.WriteUInt32LittleEndian(zip.AsSpan(name + ClaimedLength), length);
        return zip;
    }

    /// <summary>Where each tensor's name, type, shape and values begin, with the tensors' names.</summary>
    private static IEnumerable<(string Name, int[] Places, int End)> Tensors()
    {
        var start = sizeof(int);
        foreach (var tensor in Network.ResNet20.CreateGraph(classCount: 3, imageSize: 8).Tensors)
        {
            var text = start + sizeof(int);
            var type = text + tensor.Name.Length;
            var rank = type + sizeof(byte);
            var shape = rank + sizeof(int);
            var values = shape + (tensor.Shape.Length * sizeof(int));
            var end = values + (int)tensor.Bytes;
            yield return (tensor.Name, [start, text, type, rank, shape, values], end);
            start = end;
        }
    }

    private static IEnumerable<int> Boundaries()
    {
        var tensors = Tensors().ToList();
        return [0, .. tensors[0].Places, .. tensors[1].Places, .. tensors[^1].Places, Weights.Length - 1];
    }

    private static int Values(string name) => Tensors().Single(tensor => tensor.Name == name).Places[^1];

    private static byte[] Filled(float value)
    {
        byte[] filled = [.. Weights];
        foreach (var (name, places, end) in Tensors())
        {
            for (var place = places[^1]; place < end
                && !name.EndsWith("num_batches_tracked", StringComparison.Ordinal); place += sizeof(float))
            {
                BinaryPrimitives.WriteSingleLittleEndian(filled.AsSpan(place), value);
            }
        }

        return filled;
    }
}
