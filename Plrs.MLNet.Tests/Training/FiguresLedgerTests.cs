using Plrs.MLNet.Training;
using static TorchSharp.torch;

namespace Plrs.MLNet.Tests.Training;

[TestClass]
public sealed class FiguresLedgerTests
{
    [TestMethod]
    public void BatchesAreReadOnceInTheirOrderAsTheyWereComputed()
    {
        using var ledger = new FiguresLedger(capacity: 3, CPU);
        Assert.AreEqual("", Read(ledger));

        Add(ledger, images: 4, loss: 0.1f, correct: 3);
        Add(ledger, images: 2, loss: float.NaN, correct: 0);
        Assert.IsFalse(ledger.IsFull);
        Assert.AreEqual("4 0.1 3, 2 NaN 0", Read(ledger));
        Assert.AreEqual("", Read(ledger));

        for (var i = 1; i <= 3; i++)
        {
            Add(ledger, images: i, loss: float.MaxValue / i, correct: i);
        }

        Assert.IsTrue(ledger.IsFull);
        Assert.AreEqual(
            string.Join(", ", Enumerable.Range(1, 3).Select(i => FormattableString.Invariant($"{i} {float.MaxValue / i} {i}"))),
            Read(ledger));
        Assert.IsFalse(ledger.IsFull);
    }

    [TestMethod]
    public void ItKeepsNoGraphAlive()
    {
        using var scope = NewDisposeScope();
        using var ledger = new FiguresLedger(capacity: 1, CPU);
        var loss = full([], 0.5f, requires_grad: true);

        ledger.Add(images: 1, loss, zeros(1, 2), zeros(1, ScalarType.Int64));
        loss.mul(2).backward();

        Assert.AreEqual("1 0.5 1", Read(ledger));
    }

    private static void Add(FiguresLedger ledger, int images, float loss, int correct)
    {
        using var scope = NewDisposeScope();
        var labels = zeros(images, ScalarType.Int64);
        var logits = zeros(images, 2);
        logits.narrow(0, 0, images - correct).select(1, 1).fill_(1);
        ledger.Add(images, full([], loss), logits, labels);
    }

    private static string Read(FiguresLedger ledger)
    {
        var texts = new List<string>();
        foreach (var batch in ledger.Read())
        {
            texts.Add(FormattableString.Invariant($"{batch.Images} {batch.Loss} {batch.Correct}"));
        }

        return string.Join(", ", texts);
    }
}
