using Plrs.MLNet.Common;

namespace Plrs.MLNet.Tests.ImageClassification;

[TestClass]
public sealed class OptimizerValidationTests
{
    [TestMethod]
    public void SettingsFromZeroToOneAreRefusedBeyond()
    {
        foreach (var value in new[] { -0.1, 1, 2, double.NaN, double.PositiveInfinity })
        {
            AssertRefused(new SgdOptions { Momentum = value }, "Momentum", value, "it must be at least 0 and less than 1.");
            AssertRefused(new SgdOptions { Dampening = value }, "Dampening", value, "it must be at least 0 and less than 1.");
            AssertRefused(new AdamOptions { Beta1 = value }, "Beta1", value, "it must be at least 0 and less than 1.");
            AssertRefused(new AdamWOptions { Beta2 = value }, "Beta2", value, "it must be at least 0 and less than 1.");
        }
    }

    [TestMethod]
    public void WeightDecayBelowZeroIsRefused()
    {
        foreach (var value in new[] { -1e-9, double.NaN, double.PositiveInfinity })
        {
            AssertRefused(new SgdOptions { WeightDecay = value }, "WeightDecay", value, "it must be a finite number of at least 0.");
            AssertRefused(new AdamOptions { WeightDecay = value }, "WeightDecay", value, "it must be a finite number of at least 0.");
            AssertRefused(new AdamWOptions { WeightDecay = value }, "WeightDecay", value, "it must be a finite number of at least 0.");
        }
    }

    [TestMethod]
    public void AnEpsilonOfZeroOrLessIsRefused()
    {
        foreach (var value in new[] { 0, -1e-8, double.NaN, double.PositiveInfinity })
        {
            AssertRefused(new AdamOptions { Epsilon = value }, "Epsilon", value, "it must be a finite number above 0.");
        }
    }

    [TestMethod]
    public void NesterovNeedsMomentumAndNoDampening()
    {
        foreach (var options in new[]
        {
            new SgdOptions { Nesterov = true },
            new SgdOptions { Nesterov = true, Momentum = 0.9, Dampening = 0.1 },
        })
        {
            var error = Assert.ThrowsExactly<ArgumentException>(() => Validate(options));
            Assert.StartsWith("Optimizer.Nesterov needs a Momentum above 0 and a Dampening of 0.", error.Message);
        }
    }

    [TestMethod]
    public void SettingsAtTheEndsOfTheirRangesAreAllowed()
    {
        Validate(new SgdOptions { Momentum = 0.999, Dampening = 0, WeightDecay = 0 });
        Validate(new SgdOptions { Momentum = 1e-9, Nesterov = true, WeightDecay = 1e9 });
        Validate(new AdamOptions { Beta1 = 0, Beta2 = 0, Epsilon = double.Epsilon });
        Validate(new AdamWOptions { WeightDecay = 0 });
    }

    private static void AssertRefused(OptimizerOptions options, string name, double value, string message)
    {
        var error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Validate(options));

        Assert.AreEqual($"Optimizer.{name}", error.ParamName);
        Assert.AreEqual(value, error.ActualValue);
        Assert.StartsWith(FormattableString.Invariant($"Optimizer.{name} is {value}; {message}"), error.Message);
    }

    private static void Validate(OptimizerOptions options)
    {
        var errors = new OptionErrors();
        options.Validate(errors);
        errors.ThrowIfAny();
    }
}
