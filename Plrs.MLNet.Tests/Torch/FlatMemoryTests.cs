using Plrs.MLNet.Torch;
using static TorchSharp.torch;

namespace Plrs.MLNet.Tests.Torch;

[TestClass]
public sealed class FlatMemoryTests
{
    [TestMethod]
    public void JoinedTensorsKeepTheirValuesAndBecomePartsOfOne()
    {
        using var scope = NewDisposeScope();
        var (matrix, scalar, vector) = (tensor(new float[,] { { 1, 2 }, { 3, 4 } }), tensor(5f), tensor(new[] { 6f, 7f, 8f }));

        var flat = FlatMemory.Join([matrix, scalar, vector]);

        Assert.AreEqual("1 2 3 4 5 6 7 8", Text(flat));
        flat.mul_(2);
        Assert.AreEqual("2 4 6 8 | 10 | 12 14 16", $"{Text(matrix)} | {Text(scalar)} | {Text(vector)}");
        vector.fill_(0);
        Assert.AreEqual("2 4 6 8 10 0 0 0", Text(flat));
    }

    [TestMethod]
    public void ASplitGivesBackThePartsByTheirShapes()
    {
        using var scope = NewDisposeScope();

        var parts = FlatMemory.Split(arange(7, ScalarType.Float32), [[2, 2], [], [2]]).ToArray();

        Assert.AreEqual("0 1 2 3 | 4 | 5 6", string.Join(" | ", parts.Select(Text)));
        Assert.AreEqual("2 2 |  | 2", string.Join(" | ", parts.Select(part => string.Join(' ', part.shape))));
    }

    private static string Text(Tensor tensor) => string.Join(' ', tensor.data<float>());
}
