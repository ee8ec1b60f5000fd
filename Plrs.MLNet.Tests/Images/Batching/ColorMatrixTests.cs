using System.Numerics;
using Plrs.MLNet.Images;

namespace Plrs.MLNet.Tests.Images.Batching;

[TestClass]
public sealed class ColorMatrixTests
{
    private static readonly double[] Red = [200, 60, 50];

    [TestMethod]
    public void FactorsOfOneChangeNothing() => AreClose(Red, Apply(new ColorMatrix(1, 1, 1, hue: 0, meanGrey: 99), Red));

    [TestMethod]
    public void BrightnessMultipliesAndStaysInRange()
    {
        AreClose([100, 30, 25], Apply(new ColorMatrix(0.5, 1, 1, 0, 99), Red));
        AreClose([255, 120, 100], Apply(new ColorMatrix(2, 1, 1, 0, 99), Red));
        AreClose([0, 0, 0], Apply(new ColorMatrix(0, 1, 1, 0, 99), Red));
    }

    [TestMethod]
    public void ContrastIsAboutTheMeanGrey()
    {
        AreClose([150, 80, 75], Apply(new ColorMatrix(1, 0.5, 1, 0, meanGrey: 100), Red));
        AreClose([250, 40, 25], Apply(new ColorMatrix(1, 1.5, 1, 0, meanGrey: 100), Red));
    }

    [TestMethod]
    public void WithoutSaturationAColourIsItsGrey()
    {
        var grey = ReferenceAugmentation.Grey(Red);

        AreClose([grey, grey, grey], Apply(new ColorMatrix(1, 1, 0, 0, 99), Red));
        Assert.AreEqual(grey, ColorMatrix.Grey(Red[0], Red[1], Red[2]), 1e-9);
    }

    [TestMethod]
    public void ATurnOfTheHueKeepsTheGreyLeavesGreysAloneAndTurnsBack()
    {
        foreach (var turn in new[] { -0.4, -0.1, 0.05, 0.25, 0.5 })
        {
            var turned = Apply(new ColorMatrix(1, 1, 0.5, turn, 99), Red);

            Assert.AreEqual(ReferenceAugmentation.Grey(Red), ReferenceAugmentation.Grey(turned), 1e-3);
            AreClose([77, 77, 77], Apply(new ColorMatrix(1, 1, 1, turn, 99), [77, 77, 77]));
            AreClose(Red, Apply(new ColorMatrix(1, 1, 2, -turn, 99), turned));
        }
    }

    [TestMethod]
    public void AThirdOfATurnMakesRedGreenAndGreenBlue()
    {
        var green = Apply(new ColorMatrix(1, 1, 0.5, 1.0 / 3, 99), Red);
        var blue = Apply(new ColorMatrix(1, 1, 1, 1.0 / 3, 99), green);

        Assert.IsTrue(green[1] > green[0] + 10 && green[1] > green[2] + 10, string.Join(' ', green));
        Assert.IsTrue(blue[2] > blue[0] + 10 && blue[2] > blue[1] + 10, string.Join(' ', blue));
    }

    private static double[] Apply(ColorMatrix matrix, double[] color)
    {
        var values = color.Select(value => Enumerable.Repeat((float)value, Vector<float>.Count).ToArray()).ToArray();
        matrix.Apply(values[0], values[1], values[2]);
        Assert.IsTrue(values.All(channel => channel.Distinct().Count() == 1));
        return [.. values.Select(channel => (double)channel[0])];
    }

    private static void AreClose(double[] expected, double[] actual)
    {
        for (var channel = 0; channel < 3; channel++)
        {
            Assert.AreEqual(expected[channel], actual[channel], 1e-3, $"{string.Join(' ', actual)}");
        }
    }
}
