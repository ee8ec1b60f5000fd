using System.IO.Compression;
using System.Reflection;
using System.Text;
using Plrs.MLNet.Export;
using Plrs.MLNet.Networks;
using Plrs.MLNet.Tests.ImageClassification.ModelFiles;
using Plrs.MLNet.Tests.Networks;
using Plrs.MLNet.Tests.Support;
using Plrs.MLNet.Weights;

namespace Plrs.MLNet.Tests.Weights.Files;

/// <summary>
/// Damages a small file of each form in many ways, 1,000 unless PLRS_FUZZ_MUTATIONS is set: there are tensors or a format error, and no
/// more memory than allowed.
/// </summary>
[TestClass]
public sealed class WeightsFileFuzzTests
{
    private static readonly int Mutations = FuzzSettings.Mutations;
    private static readonly int Seed = FuzzSettings.Seed;

    /// <summary>What the errors and the reader itself take.</summary>
    private const long Margin = 1 << 20;

    public TestContext TestContext { get; set; } = null!;

    public static IEnumerable<(string Form, byte[] File)> Files
    {
        get
        {
            var weights = SmallWeights();
            using var safetensors = new MemoryStream();
            SafetensorsWriter.Write(safetensors, weights, new Dictionary<string, string> { ["format"] = "pt" });
            var storage = TorchFileStorage.Of("0", [.. Enumerable.Range(0, 64).Select(i => (float)i)]);
            yield return ("safetensors", safetensors.ToArray());
            yield return ("PyTorch's zip", PyTorchFiles.Zip);
            yield return (
                "a packed zip",
                TorchFile.Zip(
                    pickle => pickle.Dictionary(("a", p => p.Tensor(storage, [8, 8], [1, 8])), ("b", p => p.Tensor(storage, [64]))),
                    CompressionLevel.Optimal,
                    storage));
            yield return ("PyTorch's older form", PyTorchFiles.Old);
            yield return ("ONNX", OnnxWriter.Write(weights));
            yield return ("ONNX with typed values", OnnxFile.Model(
                OnnxFile.Tensor("a", 7, [2, 3], 7, OnnxFile.Varints(1, 2, 3, 4, 5, 6)),
                OnnxFile.Tensor("b", 10, [3], 5, OnnxFile.Varints(1, 2, 3)),
                OnnxFile.Tensor("c", 1, [2], 4, new byte[8])));
        }
    }

    /// <summary>Files of nothing but names, each of which stands for objects many times as large.</summary>
    public static IEnumerable<(string Form, byte[] File)> FilesOfNames
    {
        get
        {
            const int Count = 40_000;
            var storage = TorchFileStorage.Of("0");
            var entries = Enumerable.Range(0, Count).Select(i => $"\"{i}\":{{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}}");
            var header = $"{{{string.Join(',', entries)}}}";
            yield return ("safetensors", [.. BitConverter.GetBytes((long)header.Length), .. Encoding.ASCII.GetBytes(header)]);
            yield return ("ONNX", OnnxFile.Model([.. Enumerable.Range(0, Count).Select(i => OnnxFile.Tensor($"{i}", 1, [0], 9, []))]));
            yield return ("a zip", TorchFile.Zip([.. Enumerable.Range(0, 3 * Count / 2).Select(i => ($"{i}", Array.Empty<byte>()))]));
            yield return ("a pickle", TorchFile.Zip(
                pickle =>
                {
                    pickle.Raw("}(");
                    pickle.Text("0");
                    pickle.Tensor(storage, [0]);
                    pickle.Raw("q\0");
                    for (var i = 1; i < 2 * Count; i++)
                    {
                        pickle.Text($"{i}");
                        pickle.Raw("h\0");
                    }

                    pickle.Raw("u");
                },
                storage));
        }
    }

    /// <summary>The name of a test: the bytes would fill screens.</summary>
    public static string FormOf(MethodInfo test, object[] data) => $"{test.Name} ({data[0]})";

    [TestMethod]
    [DynamicData(nameof(FilesOfNames), DynamicDataDisplayName = nameof(FormOf))]
    public void NamesAloneTakeNoMoreThanTheAllowance(string form, byte[] file)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();

        var error = Assert.ThrowsExactly<FormatException>(() => WeightsFile.Read(new MemoryStream(file)), form);

        Assert.IsLessThan((2L * file.Length) + MemoryAllowance.Constant + Margin, GC.GetAllocatedBytesForCurrentThread() - before, form);
        Assert.AreEqual($"it claims contents that take more memory than twice its {file.Length} bytes", error.Message, form);
    }

    [TestMethod]
    [DynamicData(nameof(Files), DynamicDataDisplayName = nameof(FormOf))]
    public void DamagedFilesAreFormatErrorsOrTensors(string form, byte[] file)
    {
        var read = 0;
        for (var number = 0; number < Mutations; number++)
        {
            var damaged = Mutator.Mutate(file, Seed, number);
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                var tensors = WeightsFile.Read(new MemoryStream(damaged));
                Assert.IsTrue(
                    tensors.All(
                        tensor =>
                            tensor.Values.Bytes.LongLength
                                == tensor.Shape.Aggregate(tensor.IsInteger ? 8L : 4L, (product, length) => product * length)));
                read++;
            }
            catch (FormatException)
            {
                // As it should be.
            }
            catch (Exception e) when (e is not AssertFailedException)
            {
                Assert.Fail($"{form}: mutation {number} of seed {Seed}: {e}");
            }

            Assert.IsLessThan(
                (2L * damaged.Length) + MemoryAllowance.Constant + Margin,
                GC.GetAllocatedBytesForCurrentThread() - before,
                $"{form}: mutation {number} of seed {Seed} takes this much memory.");
        }

        TestContext.WriteLine($"{form}: {read} read, {Mutations - read} refused");
        Assert.IsLessThan(Mutations, read);
    }

    /// <summary>What no damage of a file comes to: programs that call the same with the same again and again.</summary>
    [TestMethod]
    public void ProgramsTakeNoMoreThanTheAllowance()
    {
        var (read, programs) = (0, Math.Max(200, Mutations / 10));
        for (var number = 0; number < programs; number++)
        {
            var file = PickleProgram.File((Seed * 1_000_003) + number);
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                read += WeightsFile.Read(new MemoryStream(file)).Count > 0 ? 1 : 0;
            }
            catch (FormatException)
            {
                // As it should be.
            }
            catch (Exception e)
            {
                Assert.Fail($"Program {number} of seed {Seed}: {e}");
            }

            Assert.IsLessThan(
                (2L * file.Length) + MemoryAllowance.Constant + Margin,
                GC.GetAllocatedBytesForCurrentThread() - before,
                $"Program {number} of seed {Seed} takes this much memory.");
        }

        TestContext.WriteLine($"{read} of {programs} with tensors");
        Assert.IsGreaterThan(0, read);
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void CallsWithWhatWasPutAwayTakeNoMoreThanTheAllowance(bool isDictionary)
    {
        var storage = TorchFileStorage.Of("0", 1);
        var file = TorchFile.Zip(
            pickle =>
            {
                if (isDictionary)
                {
                    pickle.Global("collections", "OrderedDict");
                    pickle.Raw("q\u0000](");
                    pickle.Raw(string.Concat(Enumerable.Repeat("NN\u0086", 5_000)));
                    pickle.Raw("e\u0085q\u0001");
                }
                else
                {
                    long[] ones = [.. Enumerable.Repeat(1L, 64)];
                    pickle.Global("torch._utils", "_rebuild_tensor_v2");
                    pickle.Raw("q\u0000(");
                    pickle.Storage(storage);
                    pickle.Number(0);
                    pickle.Numbers(ones);
                    pickle.Numbers(ones);
                    pickle.Raw("tq\u0001");
                }

                pickle.Raw(string.Concat(Enumerable.Repeat("h\u0000h\u0001R0", 30_000)));
                pickle.Raw("}");
            },
            storage);
        var before = GC.GetAllocatedBytesForCurrentThread();

        var error = Assert.ThrowsExactly<FormatException>(() => WeightsFile.Read(new MemoryStream(file)));

        Assert.IsLessThan((2L * file.Length) + MemoryAllowance.Constant + Margin, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.AreEqual($"it claims contents that take more memory than twice its {file.Length} bytes", error.Message);
    }

    private static NetworkWeights SmallWeights()
    {
        var definition = new Described(
            1, images => images.Convolution("conv", 2, kernel: 3, bias: true).BatchNorm("norm").Relu().GlobalAveragePool());
        using var network = new GraphModule(definition.CreateGraph(classCount: 2, imageSize: 4), seed: 1);
        return TestNetworks.Weights(network);
    }
}
