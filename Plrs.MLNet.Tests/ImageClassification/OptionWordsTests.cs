using Plrs.MLNet.ImageClassification;
using Plrs.MLNet.Records;
using Plrs.MLNet.Schedules;
using Plrs.MLNet.Tests.Checkpoints;
using Plrs.MLNet.Tests.Support;
using Options = Plrs.MLNet.TorchImageClassificationTrainer.Options;

namespace Plrs.MLNet.Tests.ImageClassification;

/// <summary>The words of a training record's options: no names of .NET's types, and which were given.</summary>
[TestClass]
public sealed class OptionWordsTests
{
    public static IEnumerable<string> Variants => QuickRun.Variants.Keys;

    [TestMethod]
    [DynamicData(nameof(Variants))]
    public void NoOptionOfARunIsToldByATypesName(string variant)
    {
        var options = QuickRun.QuickOptions(variant);
        options.MetricsCallback = _ => { };

        AssertWords(OptionsInWords.Of(options, RunPlan.Of(options), options.Schedule ?? new ConstantSchedule(0.01)));
    }

    [TestMethod]
    public void NoValueOfAnyOptionIsToldByATypesName()
    {
        var values = new[] { typeof(Options), typeof(ImageOptions), typeof(StepOptions), typeof(StoppingOptions), typeof(ReportingOptions) }
            .SelectMany(type => type.GetProperties())
            .Where(
                property => !property.PropertyType.Name.EndsWith("Options", StringComparison.Ordinal)
                    || property.PropertyType == typeof(OptimizerOptions))
            .Select(property => Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType)
            .Where(type => type != typeof(CancellationToken)).Distinct()
            .SelectMany(type => Values(type).Select(value => (Type: type, Value: value)))
            .ToArray();

        foreach (var type in (Type[])[
            typeof(FineTuning),
            typeof(OptimizerOptions),
            typeof(WeightAveraging),
            typeof(ClassBalance),
            typeof(EarlyStopping),
            typeof(ILearningRateSchedule),
        ])
        {
            Assert.IsTrue(values.Any(value => value.Type == type), type.Name);
        }

        AssertWords(values.Select((value, i) => KeyValuePair.Create($"{i}: {value.Value.GetType()}", OptionsInWords.Of(value.Value))));
    }

    [TestMethod]
    [DataRow("Full")]
    [DataRow("HeadOnly")]
    [DataRow("Gradual")]
    public void AFineTuningHasTheNameThatCodeGivesIt(string name) =>
        Assert.AreEqual(name, typeof(FineTuning).GetProperty(name)!.GetValue(null)!.ToString());

    [TestMethod]
    public void AFineTuningSaysHowItDiffers()
    {
        Assert.AreEqual(
            "Gradual with { HeadEpochs = 10, FreezeBatchNorm = false }",
            $"{FineTuning.Gradual with { HeadEpochs = 10, FreezeBatchNorm = false }}");
        var factors = new Dictionary<string, double> { ["stem"] = 0, ["head"] = 1.5 };
        Assert.AreEqual(
            "Full with { RateFactors = { head = 1.5, stem = 0 }, FreezeBatchNorm = true }",
            $"{FineTuning.Full with { FreezeBatchNorm = true, RateFactors = factors }}");
        Assert.AreEqual(
            "HeadOnly with { RateFactors = { head = 0.5 } }",
            $"{FineTuning.HeadOnly with { RateFactors = new Dictionary<string, double> { ["head"] = 0.5 } }}");
    }

    [TestMethod]
    public void OptionsLeftOpenAreNotGiven()
    {
        Assert.AreEqual("", Given(new Options()));
        Assert.AreEqual("", Given(new Options { BatchSize = 16, Steps = { LabelSmoothing = 0 }, Arch = Network.MLNetResNet18 }));
        Assert.AreEqual("StartFrom nothing", Given(new Options { Arch = Network.MLNetResNet18, StartFrom = PretrainedWeights.None }));
        Assert.AreEqual("Arch CifarResNet(depth: 20)", Given(new Options { StartFrom = PretrainedWeights.None }));
        Assert.AreEqual("FineTuning HeadOnly", Given(new Options { FineTuning = FineTuning.HeadOnly }));
        Assert.AreEqual("Arch CifarResNet(depth: 32)", Given(new Options { Arch = Network.ResNet32 }));
        Assert.AreEqual(
            "BatchSize 8, Epoch 5, FineTuning Full, Images.Size 96, " +
            "Reporting.Observers given, Schedule PLRS U[0.1, 0.2], seed 1, redrawn every step, ValidationSetFraction none",
            Given(new Options
            {
                BatchSize = 8,
                Epoch = 5,
                FineTuning = FineTuning.Full,
                Images = { Size = 96 },
                Schedule = new PlrsSchedule(0.1, 0.2, seed: 1),
                Reporting = { Observers = [new Watching()] },
                ValidationSetFraction = null,
            }));
    }

    private static string Given(Options options)
    {
        var recipe = RunPlan.Of(options);
        var schedule = options.Schedule ?? new ConstantSchedule(options.LearningRate);
        var plrs = schedule as PlrsSchedule;
        var record = new TrainingRecord
        {
            Network = recipe.Network.ToString(),
            Schedule = new ScheduleRecord
            {
                MinimumLearningRate = plrs?.MinimumLearningRate,
                MaximumLearningRate = plrs?.MaximumLearningRate,
            },
            Options = OptionsInWords.Of(options, recipe, schedule),
        };
        return string.Join(", ", record.GivenOptions().Select(option => $"{option.Key} {option.Value}"));
    }

    /// <summary>
    /// What the library has of a type: its static values, and what can be made without arguments; of some, values with settings.
    /// </summary>
    private static IEnumerable<object> Values(Type type)
    {
        IEnumerable<object?> own = type == typeof(FineTuning)
            ? [FineTuning.Full with { RateFactors = new Dictionary<string, double> { ["head"] = 2 } }]
                : type == typeof(ClassBalance) ? [ClassBalance.ClassWeights(new Dictionary<string, float> { ["a"] = 1, ["b"] = 2 })]
                : type == typeof(WeightAveraging) ? [WeightAveraging.Exponential(), WeightAveraging.Uniform(3)]
                : type == typeof(ILearningRateSchedule) ? [
                    new PlrsSchedule(0.1, 0.2),
                    new ConstantSchedule(0.1),
                    new CosineWarmRestartsSchedule(0.0001, 0.1),
                    new MultiStepSchedule(0.1, [2, 4]),
                    new OneCycleSchedule(0.1, totalEpochs: 10),
                    new KneeSchedule(0.1, 5, totalEpochs: 10),
                    DecaySchedule.Cosine(0.1, 0.01, 10),
                    new CooldownSchedule(0.1, totalEpochs: 10),
                ]
                : type.IsEnum ? Enum.GetValues(type).Cast<object>()
                : [];
        var statics = type.GetProperties().Where(property => property.GetMethod!.IsStatic && type.IsAssignableFrom(property.PropertyType))
            .Select(property => property.GetValue(null));
        var made = typeof(Options).Assembly.GetTypes()
            .Where(kind => type.IsAssignableFrom(kind) && type != typeof(object) && type.Assembly == typeof(Options).Assembly
                && kind is { IsAbstract: false, IsValueType: false } && kind.GetConstructor(Type.EmptyTypes) is not null)
            .Select(Activator.CreateInstance);
        return own.Concat(statics).Concat(made).OfType<object>();
    }

    private static void AssertWords(IEnumerable<KeyValuePair<string, string>> words)
    {
        foreach (var (name, value) in words)
        {
            Assert.IsFalse(
                value.Contains('`', StringComparison.Ordinal)
                    || value.Contains("System.", StringComparison.Ordinal)
                    || value.Contains("Plrs.MLNet.", StringComparison.Ordinal),
                $"{name}: {value}");
        }
    }
}
