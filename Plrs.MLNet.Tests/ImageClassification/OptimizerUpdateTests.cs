using Plrs.MLNet.Common;
using Plrs.MLNet.Torch;
using static TorchSharp.torch;
using Parameter = TorchSharp.Modules.Parameter;

namespace Plrs.MLNet.Tests.ImageClassification;

/// <summary>Three steps on one weight whose gradients are given, against the published update rules written out in doubles.</summary>
[TestClass]
public sealed class OptimizerUpdateTests
{
    private const double Rate = 0.1;
    private const float Start = 2;

    private static readonly float[] Gradients = [0.5f, -1, 0.25f];

    [TestMethod]
    [DataRow(0.0, 0.0, 0.0, false)]
    [DataRow(0.9, 0.0, 0.0, false)]
    [DataRow(0.9, 0.3, 0.0, false)]
    [DataRow(0.0, 0.0, 0.05, false)]
    [DataRow(0.8, 0.0, 0.05, true)]
    public void Sgd(double momentum, double dampening, double weightDecay, bool nesterov)
    {
        var options = new SgdOptions { Momentum = momentum, Dampening = dampening, WeightDecay = weightDecay, Nesterov = nesterov };
        double weight = Start;
        double? velocity = null;
        var expected = Gradients.Select(given =>
        {
            var gradient = given + (weightDecay * weight);
            velocity = velocity is null ? gradient : (momentum * velocity.Value) + ((1 - dampening) * gradient);
            return weight -= Rate * (nesterov ? gradient + (momentum * velocity.Value) : velocity.Value);
        }).ToArray();

        AssertUpdates(expected, options);
    }

    [TestMethod]
    [DataRow(0.9, 0.999, 1e-8, 0.0)]
    [DataRow(0.5, 0.7, 0.1, 0.0)]
    [DataRow(0.9, 0.999, 1e-8, 0.05)]
    public void Adam(double beta1, double beta2, double epsilon, double weightDecay) =>
        AssertUpdates(
            AdamByHand(beta1, beta2, epsilon, penalty: weightDecay, decay: 0),
            new AdamOptions { Beta1 = beta1, Beta2 = beta2, Epsilon = epsilon, WeightDecay = weightDecay });

    [TestMethod]
    [DataRow(0.9, 0.999, 1e-8, 0.0)]
    [DataRow(0.5, 0.7, 0.1, 0.05)]
    public void AdamW(double beta1, double beta2, double epsilon, double weightDecay) =>
        AssertUpdates(
            AdamByHand(beta1, beta2, epsilon, penalty: 0, decay: weightDecay),
            new AdamWOptions { Beta1 = beta1, Beta2 = beta2, Epsilon = epsilon, WeightDecay = weightDecay });

    [TestMethod]
    public void DefaultsAreThoseDocumented()
    {
        AssertUpdates([1.95, 2.05, 2.025], new SgdOptions());
        AssertUpdates(AdamByHand(0.9, 0.999, 1e-8, penalty: 0, decay: 0), new AdamOptions());
        AssertUpdates(AdamByHand(0.9, 0.999, 1e-8, penalty: 0, decay: 0.01), new AdamWOptions());
    }

    [TestMethod]
    public void TheRateCanBeSetBetweenSteps()
    {
        foreach (var options in new OptimizerOptions[] { new SgdOptions(), new AdamOptions(), new AdamWOptions() })
        {
            using var weight = new Parameter(tensor(new[] { Start }));
            using var group = Group(weight);
            using var optimizer = options.Create([group], Rate);
            optimizer.ParamGroups.Single().LearningRate = 0;
            Step(optimizer, weight, 1);

            Assert.AreEqual(Start, weight.data<float>()[0], options.ToString());
        }
    }

    private static double[] AdamByHand(double beta1, double beta2, double epsilon, double penalty, double decay)
    {
        double weight = Start;
        double first = 0;
        double second = 0;
        return
        [
            .. Gradients.Select((given, i) =>
            {
                weight *= 1 - (Rate * decay);
                var gradient = given + (penalty * weight);
                first = (beta1 * first) + ((1 - beta1) * gradient);
                second = (beta2 * second) + ((1 - beta2) * gradient * gradient);
                var unbiasedFirst = first / (1 - Math.Pow(beta1, i + 1));
                var unbiasedSecond = second / (1 - Math.Pow(beta2, i + 1));
                return weight -= Rate * unbiasedFirst / (Math.Sqrt(unbiasedSecond) + epsilon);
            }),
        ];
    }

    private static void AssertUpdates(double[] expected, OptimizerOptions options)
    {
        options.Validate(new OptionErrors());
        using var weight = new Parameter(tensor(new[] { Start }));
        using var group = Group(weight);
        using var optimizer = options.Create([group], Rate);
        for (var i = 0; i < Gradients.Length; i++)
        {
            Step(optimizer, weight, Gradients[i]);
            Assert.AreEqual(expected[i], weight.data<float>()[0], 2e-6, $"Step {i} of {options}");
        }
    }

    private static ParameterGroup Group(Parameter weight) => new(new ParameterGroupPlan("all", ["weight"]), [weight]);

    private static void Step(optim.Optimizer optimizer, Parameter weight, float gradient)
    {
        optimizer.zero_grad();
        using (var loss = (weight * gradient).sum())
        {
            loss.backward();
        }

        optimizer.step();
    }
}
