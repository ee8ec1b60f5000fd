using Plrs.MLNet.Tests.Images.Caching;
using Plrs.MLNet.Training;

namespace Plrs.MLNet.Tests.Training;

[TestClass]
public sealed class TrainingDataTests
{
    [TestMethod]
    [DataRow(10, 0f, 0)]
    [DataRow(10, 0.1f, 1)]
    [DataRow(10, 0.19f, 1)]
    [DataRow(1000, 0.3f, 300)]
    [DataRow(10, 0.99f, 8)] // An image of each class is left.
    [DataRow(2, 0.4f, 0)]
    [DataRow(1, 0.9f, 0)]
    public void TheShareIsRoundedDownAndEveryImageIsOnOneSide(int count, float fraction, int validation)
    {
        var data = TrainingData.Split(TestSets.OfClasses([.. Enumerable.Range(0, count).Select(i => i % 2)]), fraction, seed: 1);

        Assert.HasCount(validation, data.ValidationImages);
        Assert.AreEqual(validation > 0, data.HasValidation);
        CollectionAssert.AreEquivalent(Enumerable.Range(0, count).ToArray(), data.TrainImages.Concat(data.ValidationImages).ToArray());
    }

    [TestMethod]
    public void TheSplitDependsOnTheSeedAlone()
    {
        var set = TestSets.OfClasses([.. Enumerable.Range(0, 100).Select(i => i % 3)]);

        CollectionAssert.AreEqual(
            TrainingData.Split(set, 0.2f, seed: 1).ValidationImages, TrainingData.Split(set, 0.2f, seed: 1).ValidationImages);
        CollectionAssert.AreNotEqual(
            TrainingData.Split(set, 0.2f, seed: 1).ValidationImages, TrainingData.Split(set, 0.2f, seed: 2).ValidationImages);
    }

    [TestMethod]
    [DataRow(0.1f, "0 0 0 5 10")]
    [DataRow(0.2f, "0 0 1 10 20")]
    [DataRow(0.5f, "0 1 2 25 50")]
    [DataRow(0.99f, "0 1 2 49 99")]
    public void EveryClassIsValidatedInProportionAndTrainedOn(float fraction, string validated)
    {
        int[] sizes = [1, 2, 3, 50, 100];
        var set = TestSets.OfClasses(
            [.. sizes.SelectMany((size, number) => Enumerable.Repeat(number, size)).Order(Comparer<int>.Create((a, b) => b.CompareTo(a)))]);

        for (var seed = 0; seed < 20; seed++)
        {
            var data = TrainingData.Split(set, fraction, seed);

            var drawn = sizes.Select((_, number) => data.ValidationImages.Count(image => set.Label(image) == number)).ToArray();
            Assert.AreEqual(validated, string.Join(' ', drawn));
            Assert.HasCount(156 - drawn.Sum(), data.TrainImages);
        }
    }

    // What classes of one cannot give, the others do not give in their place.
    [TestMethod]
    [DataRow(0.1f, "2 4")]
    [DataRow(0.3f, "6 12")]
    public void ClassesOfOneImageTakeNothingFromTheOthers(float fraction, string validated)
    {
        int[] labels = [.. Enumerable.Repeat(0, 20), .. Enumerable.Repeat(1, 40), .. Enumerable.Range(2, 120)];
        var set = TestSets.OfClasses(labels);

        var data = TrainingData.Split(set, fraction, seed: 1);

        Assert.AreEqual(
            validated, string.Join(' ', data.ValidationImages.Select(set.Label).CountBy(label => label).Select(count => count.Value)));
        Assert.HasCount(labels.Length, data.TrainImages.Concat(data.ValidationImages).Distinct());
    }

    [TestMethod]
    public void TheClassesSizesAreThoseOfTheImagesThatAreTrainedOn()
    {
        var set = TestSets.OfClasses([0, 0, 0, 0, 2, 2, 2, 2]);

        Assert.AreEqual("4 0 4 0", string.Join(' ', TrainingData.Split(set, 0, seed: 1).ClassSizes(4)));
        Assert.AreEqual("3 0 3", string.Join(' ', TrainingData.Split(set, 0.25f, seed: 1).ClassSizes(3)));
    }

    [TestMethod]
    public void NormalisationIsMeasuredOnTheTrainingImagesAlone()
    {
        var train = TestSets.Of([10, 20, 30], [30, 40, 50]);
        var validation = TestSets.Of([255, 255, 255]);

        var data = TrainingData.Create(train, validation);

        CollectionAssert.AreEqual(new[] { 20f / 255, 30f / 255, 40f / 255 }, data.Normalization.Mean);
        Assert.AreEqual("0 1", string.Join(' ', data.TrainImages));
        Assert.AreEqual("0", string.Join(' ', data.ValidationImages));
        Assert.AreSame(train, data.TrainSet);
        Assert.AreSame(validation, data.ValidationSet);

        var half = TrainingData.Split(TestSets.OfClasses([0, 0]), 0.5f, seed: 0);
        Assert.AreEqual(TestSets.OfClasses([0, 0]).Pixels(half.TrainImages[0])[0] / 255f, half.Normalization.Mean[0], 1e-7f);
    }
}
