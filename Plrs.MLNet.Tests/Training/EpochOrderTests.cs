using Plrs.MLNet.Randomness;
using Plrs.MLNet.Tests.Images.Caching;
using Plrs.MLNet.Training;

namespace Plrs.MLNet.Tests.Training;

[TestClass]
public sealed class EpochOrderTests
{
    // 90 images of class 0, 10 of class 3; none of the others.
    private static readonly int[] Labels = [.. Enumerable.Range(0, 100).Select(i => i % 10 == 0 ? 3 : 0)];
    private static readonly SessionExamples Data = Examples(Labels);

    [TestMethod]
    public void EveryImageComesOnceInTheOrderOfItsSeedAndEpoch()
    {
        int[] expected = [.. Data.Examples];
        Shuffle.InPlace(expected, seed: 5, RandomStream.Shuffle, index: 2);

        var order = EpochOrder.OfAll(Data, seed: 5, epoch: 2);

        CollectionAssert.AreEqual(expected, order.Examples.ToArray());
        Assert.IsTrue(Enumerable.Range(0, 100).All(place => order.Use(place) == 2));
    }

    [TestMethod]
    public void EqualClassesHaveAsManyImagesEach()
    {
        for (var epoch = 0; epoch < 5; epoch++)
        {
            var images = EpochOrder.OfEqualClasses(Data, seed: 5, epoch).Examples.ToArray();

            var counts = images.CountBy(image => image).ToDictionary();
            Assert.AreEqual("50 50", $"{images.Count(image => Labels[image] == 0)} {images.Count(image => Labels[image] == 3)}");
            Assert.IsTrue(
                counts.All(entry => entry.Value == (Labels[entry.Key] == 3 ? 5 : 1)),
                "The large class's come once at most, the small one's equally often.");
            Assert.IsGreaterThan(10, images.Take(50).Count(image => Labels[image] == 3), "The classes are mixed.");
        }
    }

    [TestMethod]
    public void WhatIsLeftOverGoesToOtherClassesInEveryEpochAndItsImagesToo()
    {
        int[] labels = [0, 0, 0, 0, 0, 1, 1, 2]; // 8 images: 3, 3 and 2.
        var data = Examples(labels);

        var counts = Enumerable.Range(0, 3).Select(epoch => EpochOrder.OfEqualClasses(data, seed: 5, epoch).Examples.ToArray())
            .Select(images => string.Join(' ', Enumerable.Range(0, 3).Select(label => images.Count(image => labels[image] == label))));

        CollectionAssert.AreEqual(new[] { "3 3 2", "3 2 3", "2 3 3" }, counts.ToArray());
        Assert.HasCount(2, Enumerable.Range(0, 20).Select(Extra).Distinct().ToArray());

        // Of the two images of class 1, the one that comes twice where the class has three.
        int Extra(int number) => EpochOrder.OfEqualClasses(data, seed: 5, epoch: 3 * number).Examples.ToArray()
            .Where(image => labels[image] == 1).GroupBy(image => image).MaxBy(group => group.Count())!.Key;
    }

    [TestMethod]
    public void LargeClassesImagesChangeFromEpochToEpochAndAllHaveTheirTurn()
    {
        var epochs = Enumerable.Range(0, 12).Select(epoch => EpochOrder.OfEqualClasses(Data, seed: 5, epoch).Examples.ToArray()).ToArray();

        CollectionAssert.AreNotEquivalent(epochs[0], epochs[1]);
        Assert.HasCount(100, epochs.SelectMany(images => images).Distinct().ToArray());
    }

    [TestMethod]
    public void ItDependsOnSeedAndEpochAlone()
    {
        var order = EpochOrder.OfEqualClasses(Data, seed: 5, epoch: 3).Examples.ToArray();

        CollectionAssert.AreEqual(order, EpochOrder.OfEqualClasses(Data, seed: 5, epoch: 3).Examples.ToArray());
        CollectionAssert.AreNotEqual(order, EpochOrder.OfEqualClasses(Data, seed: 6, epoch: 3).Examples.ToArray());
        CollectionAssert.AreNotEqual(order, EpochOrder.OfEqualClasses(Data, seed: 5, epoch: 4).Examples.ToArray());
    }

    [TestMethod]
    public void AnImageThatComesAgainIsAnotherUse()
    {
        var order = EpochOrder.OfEqualClasses(Data, seed: 5, epoch: 3);

        var uses = order.Examples.ToArray().Select((image, place) => (image, use: order.Use(place))).ToArray();

        Assert.HasCount(100, uses.Distinct().ToArray());
        Assert.IsTrue(Array.TrueForAll(uses, entry => (entry.use & uint.MaxValue) == 3));
        CollectionAssert.AreEqual(
            new long[] { 0, 1, 2, 3, 4 }, uses.Where(entry => entry.image == 10).Select(entry => entry.use >> 32).ToArray());
    }

    private static SessionExamples Examples(int[] labels) =>
        TrainingData.Split(TestSets.OfClasses(labels), validationFraction: 0, seed: 1).Images(augmentation: null, seed: 1).Training;
}
