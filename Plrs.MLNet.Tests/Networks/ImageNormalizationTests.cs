namespace Plrs.MLNet.Tests.Networks;

[TestClass]
public sealed class ImageNormalizationTests
{
    [TestMethod]
    public void TheNumbersMakeANormalisation()
    {
        var same = new ImageNormalization([0.485f, 0.456f, 0.406f], [0.229f, 0.224f, 0.225f]);

        Assert.AreEqual(ImageNormalization.ImageNet, same);
        Assert.AreEqual(ImageNormalization.ImageNet.GetHashCode(), same.GetHashCode());
        Assert.AreNotEqual(ImageNormalization.ImageNet, new ImageNormalization([0.485f, 0.456f, 0.406f], [0.229f, 0.224f, 0.226f]));
        CollectionAssert.AreEqual(new[] { 0.485f, 0.456f, 0.406f }, same.Mean.ToArray());
        CollectionAssert.AreEqual(new[] { 0.229f, 0.224f, 0.225f }, same.StandardDeviation.ToArray());
    }

    [TestMethod]
    public void NumbersThatAreNotAllowedAreRefused()
    {
        AssertRefused("mean is [0, 0]; it must be three finite numbers.", () => new ImageNormalization([0, 0], [1, 1, 1]));
        AssertRefused("mean is [0, 0, NaN]; it must be three finite numbers.", () => new ImageNormalization([0, 0, float.NaN], [1, 1, 1]));
        AssertRefused(
            "standardDeviation is [1, 0, 1]; it must be three finite numbers above 0.", () => new ImageNormalization([0, 0, 0], [1, 0, 1]));
        AssertRefused(
            "standardDeviation is [1, 1, 1, 1]; it must be three finite numbers above 0.",
            () => new ImageNormalization([0, 0, 0], [1, 1, 1, 1]));

        static void AssertRefused(string message, Func<ImageNormalization> create) =>
            Assert.Contains(message, Assert.ThrowsExactly<ArgumentOutOfRangeException>(create).Message);
    }
}
