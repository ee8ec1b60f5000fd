using Plrs.MLNet.Images;

namespace Plrs.MLNet.Tests.Images.Batching;

[TestClass]
public sealed class CropWindowTests
{
    private const int Size = 100;
    private const int Draws = 3000;

    [TestMethod]
    [DataRow(0.08, 4.0 / 3)]
    [DataRow(0.35, 1.0)]
    [DataRow(0.5, 3.0)]
    public void WindowsLieInTheImageAndHaveTheAreasAndShapesThatAreAllowed(double area, double ratio)
    {
        var windows = Windows(new ImageAugmentation { MinimumCropArea = area, MaximumCropAspectRatio = ratio });

        foreach (var window in windows)
        {
            Assert.IsTrue(
                window.Left >= 0 && window.Top >= 0 && window.Left + window.Width <= Size && window.Top + window.Height <= Size,
                window.ToString());

            // Sides are whole pixels, so each is off by half a one at most.
            Assert.IsTrue((window.Width + 0.5) * (window.Height + 0.5) >= area * Size * Size, window.ToString());
            Assert.IsTrue(
                Math.Abs(Math.Log((double)window.Width / window.Height))
                    <= Math.Log(ratio * (1 + (1.0 / window.Height) + (1.0 / window.Width))),
                window.ToString());
        }
    }

    [TestMethod]
    public void AreasAndPlacesAreUniform()
    {
        // Squares always fit, so no draw is made again.
        var windows = Windows(new ImageAugmentation { MinimumCropArea = 0.1, MaximumCropAspectRatio = 1 });

        var shares = windows.Select(window => ((window.Width * window.Height / (double)(Size * Size)) - 0.1) / 0.9).Order().ToArray();
        Assert.IsLessThan(0.04, shares.Index().Max(entry => Math.Abs(entry.Item - ((entry.Index + 0.5) / Draws))));
        foreach (var places in new[]
        {
            windows.Select(window => (window.Left + 0.5) / (Size - window.Width + 1)),
            windows.Select(window => (window.Top + 0.5) / (Size - window.Height + 1)),
        })
        {
            Assert.AreEqual(0.5, places.Average(), 5 * Math.Sqrt(1.0 / 12 / Draws));
        }
    }

    [TestMethod]
    public void AreaAndShapeThatDoNotFitAreTheWholeImage()
    {
        // Only near squares fit, and one in a thousand shapes is one.
        var windows = Windows(new ImageAugmentation { MinimumCropArea = 0.999, MaximumCropAspectRatio = 1000 });

        Assert.IsGreaterThan(Draws * 9 / 10, windows.Count(window => window == new CropWindow(0, 0, Size, Size)));
    }

    private static CropWindow[] Windows(ImageAugmentation augmentation) =>
        [.. Enumerable.Range(0, Draws).Select(image => CropWindow.Random(Size, augmentation, new ImageDraws(seed: 1, image, use: 0)))];
}
