using Plrs.MLNet.Experiments.Comparisons;

namespace Plrs.MLNet.Tests.Examples;

[TestClass]
public sealed class TaskShareTests
{
    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(7)]
    [DataRow(18)]
    [DataRow(30)]
    public void SharesAreDisjointCompleteAndEqualToOneRun(int count)
    {
        var runs = Enumerable.Range(0, 18).ToArray();

        var shares = Enumerable.Range(1, count).Select(number => new TaskShare(number, count).Of(runs).ToArray()).ToArray();

        CollectionAssert.AreEqual(runs, shares.SelectMany(share => share).Order().ToArray());
        Assert.IsLessThanOrEqualTo(1, shares.Max(share => share.Length) - shares.Min(share => share.Length));
    }

    [TestMethod]
    public void NoScheduleIsLeftToOneShare()
    {
        string[] runs = [.. from seed in Enumerable.Range(1, 3) from schedule in "abcdef" select $"{schedule}{seed}"];

        foreach (var count in new[] { 3, 6 })
        {
            var shares = Enumerable.Range(1, count).Select(number => new TaskShare(number, count).Of(runs).ToArray()).ToArray();

            Assert.AreEqual(3, shares.Count(share => share.Any(run => run.StartsWith('a'))), $"{count} shares");
        }
    }

    [TestMethod]
    public void AShareIsReadAsItIsWritten()
    {
        Assert.IsTrue(TaskShare.TryParse("2/4", out var share));
        Assert.AreEqual(new TaskShare(2, 4), share);
        Assert.AreEqual("2/4", share.ToString());
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("2")]
    [DataRow("0/4")]
    [DataRow("5/4")]
    [DataRow("-1/4")]
    [DataRow("1/2/3")]
    [DataRow("a/4")]
    public void WhatIsNoShareIsRefused(string text) => Assert.IsFalse(TaskShare.TryParse(text, out _));
}
