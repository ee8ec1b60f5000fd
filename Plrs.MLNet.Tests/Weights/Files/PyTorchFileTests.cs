using Plrs.MLNet.Weights;

namespace Plrs.MLNet.Tests.Weights.Files;

/// <summary>Files that PyTorch itself wrote.</summary>
[TestClass]
public sealed class PyTorchFileTests
{
    public static IEnumerable<(string Form, byte[] File)> Forms => [("zip", PyTorchFiles.Zip), ("older", PyTorchFiles.Old)];

    [TestMethod]
    [DynamicData(nameof(Forms))]
    public void ViewsTypesAndTiedTensorsHaveTheirValues(string form, byte[] file)
    {
        var tensors = WeightsFile.Read(new MemoryStream(file)).ToDictionary(tensor => tensor.Name);

        Assert.HasCount(10, tensors, form);

        // base[1:3].t() of arange(24).reshape(4, 6)
        AssertFloats("weight", [6, 2], [6, 12, 7, 13, 8, 14, 9, 15, 10, 16, 11, 17]);
        AssertFloats("expanded", [3], [7, 7, 7]);
        AssertFloats("half", [3], [1.5f, -2, 65504]);
        AssertFloats("bfloat16", [3], [1.5f, -2, BitConverter.Int32BitsToSingle(0x7f62 << 16)]);
        AssertFloats("double", [2], [0.1f, -2]);
        AssertFloats("parameter", [2, 2], [1, 2, 3, 4]);
        AssertFloats("tied", [2, 2], [1, 2, 3, 4]);
        AssertFloats("empty", [0, 3], []);
        AssertIntegers("num_batches_tracked", [], [41]);
        AssertIntegers("bytes", [2], [1, 255]);

        void AssertFloats(string name, long[] shape, float[] values)
        {
            var tensor = tensors[$"state_dict.{name}"];
            Assert.IsFalse(tensor.IsInteger, name);
            CollectionAssert.AreEqual(shape, tensor.Shape.ToArray(), name);
            CollectionAssert.AreEqual(values, tensor.Values.Floats.ToArray(), name);
        }

        void AssertIntegers(string name, long[] shape, long[] values)
        {
            var tensor = tensors[$"state_dict.{name}"];
            Assert.IsTrue(tensor.IsInteger, name);
            CollectionAssert.AreEqual(shape, tensor.Shape.ToArray(), name);
            CollectionAssert.AreEqual(
                values, System.Runtime.InteropServices.MemoryMarshal.Cast<byte, long>(tensor.Values.Bytes).ToArray(), name);
        }
    }

    [TestMethod]
    [DynamicData(nameof(Forms))]
    public void ACutOffFileIsAnErrorWhereverItEnds(string form, byte[] file)
    {
        for (var length = 0; length < file.Length; length++)
        {
            Assert.ThrowsExactly<FormatException>(
                () => WeightsFile.Read(new MemoryStream(file, 0, length)), $"{form} after {length} bytes");
        }
    }
}
