using System.IO.Compression;
using System.Text;
using Plrs.MLNet.Weights;

namespace Plrs.MLNet.Tests.Weights.Files;

/// <summary>Files of PyTorch's forms that were made here: what must be read, and what must not.</summary>
[TestClass]
public sealed class TorchReaderTests
{
    private static readonly TorchFileStorage Values = TorchFileStorage.Of("0", 1, 2, 3, 4, 5, 6);

    [TestMethod]
    public void ADictionaryOfATensorIsReadInAllForms()
    {
        foreach (var file in new[]
        {
            TorchFile.Zip(Content, Values),
            TorchFile.Zip(Content, CompressionLevel.Optimal, Values),
            TorchFile.Old(Content, Values),
        })
        {
            var tensor = Read(file).Single();

            Assert.AreEqual("a.b", tensor.Name);
            CollectionAssert.AreEqual(new long[] { 2, 2 }, tensor.Shape.ToArray());
            CollectionAssert.AreEqual(new float[] { 2, 3, 5, 6 }, tensor.Values.Floats.ToArray());
        }

        static void Content(Pickle pickle) => pickle.Dictionary(
            ("a", p => p.Dictionary(("b", q => q.Tensor(Values, [2, 2], [3, 1], offset: 1)))), ("epoch", p => p.Number(3)));
    }

    [TestMethod]
    public void AStorageThatIsAPartOfAnotherIsReadFromThere()
    {
        var file = TorchFile.Old(
            pickle => pickle.Dictionary(("a", p => p.Tensor(Values, [2], offset: 1, view: View))),
            Values);

        CollectionAssert.AreEqual(new float[] { 4, 5 }, Read(file).Single().Values.Floats.ToArray());

        static void View(Pickle pickle)
        {
            pickle.Raw("(");
            pickle.Text("part");
            pickle.Number(2);
            pickle.Number(3);
            pickle.Raw("t");
        }
    }

    [TestMethod]
    public void AnOptimizersStateIsPassedOver()
    {
        var file = TorchFile.Zip(
            pickle => pickle.Dictionary(("a", p => p.Tensor(Values, [6])), ("optimizer", State)),
            Values);

        Assert.HasCount(1, Read(file));

        static void State(Pickle pickle)
        {
            pickle.Raw("}");
            pickle.Number(0);
            pickle.Tensor(Values, [6]);
            pickle.Raw("s");
        }
    }

    [TestMethod]
    public void LargeTransposedTensorsAreGatheredInParts()
    {
        const int Rows = 700, Columns = 500;
        var random = new Random(1);
        var values = Enumerable.Range(0, Rows * Columns).Select(_ => random.NextSingle()).ToArray();
        var storage = TorchFileStorage.Of("0", values);

        var tensors = Read(TorchFile.Zip(
            pickle => pickle.Dictionary(
                ("transposed", p => p.Tensor(storage, [Columns, Rows], [1, Columns])),
                ("channels last", p => p.Tensor(storage, [7, 5, 100, 100], [50_000, 1, 500, 5])),
                ("apart", p => p.Tensor(storage, [2, 3, 4], [300_000, 20_000, 1000])),
                ("every", p => p.Tensor(storage, [350_000 / 70], [70]))),
            storage)).ToDictionary(tensor => tensor.Name, tensor => tensor.Values.Floats.ToArray());

        for (var row = 0; row < Rows; row++)
        {
            for (var column = 0; column < Columns; column++)
            {
                Assert.AreEqual(values[(row * Columns) + column], tensors["transposed"][(column * Rows) + row]);
            }
        }

        var place = 0;
        foreach (var expected in from a in Enumerable.Range(0, 7)
                                 from b in Enumerable.Range(0, 5)
                                 from c in Enumerable.Range(0, 100)
                                 from d in Enumerable.Range(0, 100)
                                 select values[(a * 50_000) + b + (c * 500) + (d * 5)])
        {
            Assert.AreEqual(expected, tensors["channels last"][place++]);
        }

        CollectionAssert.AreEqual(
            (from a in Enumerable.Range(0, 2)
             from b in Enumerable.Range(0, 3)
             from c in Enumerable.Range(0, 4)
             select values[(a * 300_000) + (b * 20_000) + (c * 1000)]).ToArray(),
            tensors["apart"]);
        CollectionAssert.AreEqual(values.Where((_, i) => i % 70 == 0).ToArray(), tensors["every"]);
    }

    [TestMethod]
    [DataRow("os", "system", DisplayName = "os.system")]
    [DataRow("builtins", "eval", DisplayName = "eval")]
    [DataRow("torch.nn.modules.linear", "Linear", DisplayName = "A whole module")]
    [DataRow("torch", "load", DisplayName = "torch.load")]
    [DataRow("numpy.core.multiarray", "scalar", DisplayName = "numpy")]
    public void OtherNamesAreRefused(string module, string name)
    {
        foreach (var file in new[] { TorchFile.Zip(Content, Values), TorchFile.Old(Content, Values) })
        {
            AssertRefused(
                $"it names '{module}.{name}', which is not loaded: only tensors, dictionaries, lists, tuples, numbers and texts are. " +
                "Save those alone, with torch.save(model.state_dict(), path)",
                file);
        }

        AssertRefused($"it names '{module}.{name}', which is not loaded", TorchFile.Zip(pickle =>
        {
            pickle.Text(module);
            pickle.Text(name);
            pickle.Raw([0x93]);
        }));

        void Content(Pickle pickle)
        {
            pickle.Global(module, name);
            pickle.Raw("(");
            pickle.Text("touch /tmp/it-was-called");
            pickle.Raw("tR");
        }
    }

    [TestMethod]
    public void TensorsThatTheFileDoesNotHoldAreRefused()
    {
        AssertTensorRefused(
            "it has a tensor of shape [7] that reaches from place 0 over 7 values of a storage of 6", p => p.Tensor(Values, [7]));
        AssertTensorRefused(
            "it has a tensor of shape [2] that reaches from place 5 over 2 values of a storage of 6",
            p => p.Tensor(Values, [2], offset: 5));
        AssertTensorRefused(
            "it has a tensor of shape [2] that reaches from place -1 over 2 values of a storage of 6",
            p => p.Tensor(Values, [2], offset: -1));
        AssertTensorRefused(
            "it has a tensor of shape [3] that reaches from place 0 over 7 values of a storage of 6", p => p.Tensor(Values, [3], [3]));
        AssertTensorRefused(
            "it has a tensor of shape [2, -3] and strides [3, 1], which no tensor has", p => p.Tensor(Values, [2, -3], [3, 1]));
        AssertTensorRefused(
            "it has a tensor of shape [2] and strides [-1], which no tensor has", p => p.Tensor(Values, [2], [-1], offset: 1));
        AssertTensorRefused("it has a tensor of shape [2, 3] and strides [1], which no tensor has", p => p.Tensor(Values, [2, 3], [1]));
        AssertTensorRefused("it has a tensor of shape [3, 3] whose values overlap", p => p.Tensor(Values, [3, 3], [1, 1]));
        AssertTensorRefused("it has a tensor with more values than any file can hold", p => p.Tensor(Values, [1L << 40, 1L << 40], [0, 0]));
        AssertTensorRefused("it claims contents that take more memory than twice its", p => p.Tensor(Values, [1L << 40], [0]));
        AssertTensorRefused(
            "it has a tensor of 65 dimensions; at most 64 can be read", p => p.Tensor(Values, [.. Enumerable.Repeat(1L, 65)]));
        AssertTensorRefused("its storage '0' has ", p => p.Tensor(Values with { Count = 1L << 40 }, [1L << 40]));
        AssertTensorRefused(
            "its pickle cannot be read: it refers to something that is no storage of values",
            p => p.Tensor(Values with { Count = -1 }, [1]));
        AssertTensorRefused(
            "it names 'torch.QuantisedStorage', which is not loaded", p => p.Tensor(Values with { Type = "QuantisedStorage" }, [1]));
    }

    [TestMethod]
    public void StoragesThatAreNotThereAreRefused()
    {
        AssertRefused("it has no values of its storage '0'", TorchFile.Zip(Content));
        AssertRefused("it has no values of its storage '0'", TorchFile.Old(Content));
        AssertRefused(
            "its storage '0' has 20 in place of 24 values or bytes", TorchFile.Zip(Content, Values with { Bytes = Values.Bytes[..20] }));
        AssertRefused("its storage '0' has 5 in place of 6 values or bytes", TorchFile.Old(Content, Values with { Count = 5 }));
        AssertRefused("it ends too early: 24 bytes are expected", TorchFile.Old(Content, Values with { Bytes = Values.Bytes[..20] }));
        AssertRefused("its pickle cannot be read: it describes its storage '0' in two ways", TorchFile.Zip(
            pickle => pickle.Dictionary(("a", p => p.Tensor(Values, [1])), ("b", p => p.Tensor(Values with { Type = "IntStorage" }, [1]))),
            Values));
        AssertRefused(
            "its pickle cannot be read: its list of storages has one twice, or one that nothing refers to",
            TorchFile.Old(Content, Values, Values with { Key = "1" }));
        AssertRefused(
            "its pickle cannot be read: its list of storages has one twice, or one that nothing refers to",
            TorchFile.Old(Content, Values, Values));

        static void Content(Pickle pickle) => pickle.Dictionary(("a", p => p.Tensor(Values, [6])));
    }

    [TestMethod]
    public void OtherContentsAreRefused()
    {
        AssertRefused("it holds no dictionary of tensors", TorchFile.Zip(pickle => pickle.Tensor(Values, [6]), Values));
        AssertRefused("it has no tensors", TorchFile.Zip(pickle => pickle.Dictionary(("epoch", p => p.Number(1)))));
        AssertRefused(
            "it has the tensor 'a' twice",
            TorchFile.Zip(pickle => pickle.Dictionary(("a", p => p.Tensor(Values, [6])), ("a", p => p.Tensor(Values, [6]))), Values));
        AssertRefused("it is a zip without the 'data.pkl' that torch.save writes", TorchFile.Zip([("other", [1])]));
        AssertRefused(
            "its values are big-endian, which cannot be read",
            TorchFile.Zip([("data.pkl", Pickle.Bytes(pickle => pickle.Raw("}"))), ("byteorder", "big"u8.ToArray())]));
        AssertRefused("it is a pickle, but not one that torch.save wrote", Pickle.Bytes(pickle => pickle.Raw("}")));
    }

    [TestMethod]
    [DataRow("q\0", "it takes more values than there are")]
    [DataRow("0", "it takes more values than there are")]
    [DataRow("(0", "it takes more values than there are")]
    [DataRow("t", "a mark is missing")]
    [DataRow("u", "a mark is missing")]
    [DataRow("h\x05", "it takes value 5, which it has not put away")]
    [DataRow("NNa", "it fills a PickleList that is none")]
    [DataRow("NNNs", "it fills a PickleDictionary that is none")]
    [DataRow("}(Nu", "it has a key without a value")]
    [DataRow("NQ", "it refers to something that is no storage of values")]
    [DataRow("N)R", "it makes something of values that it cannot be made of")]
    [DataRow("NNR", "it has a call without arguments")]
    [DataRow("}I1\n", "it has the instruction 0x49, which tensors are not written with")]
    [DataRow("NN\u0093", "it has a global without a name")]
    [DataRow("ccollections\nOrderedDict\nNR", "it has a call without arguments")]
    [DataRow("ccollections\nOrderedDict\n](Ne\u0085R", "it makes a dictionary of what are no pairs")]
    [DataRow("\u008a\u00ff", "it has an integer of 255 bytes")]
    public void DamagedPicklesSayWhatIsWrong(string instructions, string message) =>
        AssertRefused($"its pickle cannot be read: {message}", TorchFile.Zip(pickle => pickle.Raw(instructions)));

    [TestMethod]
    public void LengthsAreComparedBeforeMemoryIsTaken()
    {
        AssertRefused(
            "it ends too early: 2147483647 bytes are expected at place", TorchFile.Zip(pickle => pickle.Raw("X\u00ff\u00ff\u00ff\x7f")));
        AssertRefused(
            "it ends too early: 9223372036854775807 bytes are expected at place",
            TorchFile.Zip(pickle => pickle.Raw("\u008d\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\x7f")));
        AssertRefused("it has a name of", TorchFile.Zip(pickle => pickle.Global(new string('a', 2000), "b")));
        AssertRefused(
            "it has a name of", TorchFile.Zip(pickle => pickle.Dictionary((new string('a', 2000), p => p.Tensor(Values, [1]))), Values));
    }

    /// <summary>A dictionary with the one before it many times, many times over: a few bytes that stand for billions of tensors.</summary>
    [TestMethod]
    public void ValuesThatReferToEachOtherDoNotMultiply()
    {
        AssertRefused("it claims contents that take more memory than twice its", TorchFile.Zip(
            pickle =>
            {
                pickle.Dictionary(("a", p => p.Tensor(Values, [6])));
                pickle.Raw("q\0");
                for (byte level = 0; level < 12; level++)
                {
                    pickle.Raw("}(");
                    for (var i = 0; i < 20; i++)
                    {
                        pickle.Text($"{i}");
                        pickle.Raw([(byte)'h', level]);
                    }

                    pickle.Raw("u");
                    pickle.Raw([(byte)'q', (byte)(level + 1)]);
                }
            },
            Values));
        AssertRefused("its dictionaries are nested more than 16 deep", TorchFile.Zip(pickle => pickle.Raw("}q\0X\x01\0\0\0ah\0s")));
        AssertRefused("its dictionaries are nested more than 16 deep", TorchFile.Zip(pickle =>
        {
            for (var i = 0; i < 1000; i++)
            {
                pickle.Raw("}X\x01\0\0\0a");
            }

            pickle.Raw("N");
            for (var i = 0; i < 1000; i++)
            {
                pickle.Raw("s");
            }
        }));
    }

    [TestMethod]
    public void ManyInstructionsTakeNoMoreThanTheAllowance()
    {
        var file = TorchFile.Zip(pickle => pickle.Raw(new string('}', 3_000_000)));

        var before = GC.GetAllocatedBytesForCurrentThread();
        AssertRefused("it claims contents that take more memory than twice its", file);

        Assert.IsLessThan((2L * file.Length) + MemoryAllowance.Constant + (1 << 20), GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static IReadOnlyList<FileTensor> Read(byte[] file) => WeightsFile.Read(new MemoryStream(file));

    private static void AssertTensorRefused(string message, Action<Pickle> tensor) =>
        AssertRefused(message, TorchFile.Zip(pickle => pickle.Dictionary(("a", tensor)), Values));

    private static void AssertRefused(string message, byte[] file) =>
        Assert.StartsWith(
            message,
            Assert.ThrowsExactly<FormatException>(() => Read(file), Encoding.Latin1.GetString(file[..Math.Min(200, file.Length)])).Message);
}
