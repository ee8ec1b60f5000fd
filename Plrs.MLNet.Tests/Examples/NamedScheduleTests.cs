using System.CommandLine;
using Plrs.MLNet.Experiments.CommandLines;
using Plrs.MLNet.Experiments.Folders;
using Plrs.MLNet.Experiments.Schedules;
using Plrs.MLNet.Experiments.Training;
using Plrs.MLNet.Tests.Tool;

namespace Plrs.MLNet.Tests.Examples;

/// <summary>A schedule's name means the same in every tool, and its rates are the paper's, scaled to the run.</summary>
[TestClass]
public sealed class NamedScheduleTests
{
    private static readonly Example[] Examples = [new("a", "1", () => []), new("b", "2", () => [])];

    public static IEnumerable<object[]> Names => NamedSchedule.Names.Select(name => new object[] { name });

    [TestMethod]
    [DataRow("cosine", "cosine with warm restarts, 0.1 to 0.0001, first interval 1 epoch, ×2")]
    [DataRow("knee", "knee, 0.1 for 250 epochs, then linear to 0 at epoch 500")]
    [DataRow("one-cycle", "one-cycle, 0.01 to 0.1 and back, then to 0.001, over 500 epochs")]
    [DataRow("constant", "constant 0.1")]
    [DataRow("multi-step", "multi-step 0.1, ×0.1 at epochs 250, 375")]
    [DataRow("plrs", "PLRS U[0.07, 0.1], redrawn every step")]
    [DataRow("plrs-decay", "PLRS U[0.07, 0.1] × (cosine, 1 to 0.01 over 500 epochs), redrawn every step")]
    [DataRow("plrs-momentum", "PLRS U[0.007, 0.01], redrawn every step")]
    [DataRow("constant-mean", "constant 0.085")]
    [DataRow("wsd", "linear warm-up over 25 epochs, then cool-down, 0.1, over the last 15 % of 500 epochs by 1 − √ to 0")]
    [DataRow(
        "plrs-cooldown", "PLRS U[0.07, 0.1] × (cool-down, 1, over the last 15 % of 500 epochs by 1 − √ to 0), redrawn every step")]
    public void ThoseOfAResNetOver500Epochs(string name, string words) =>
        Assert.AreEqual(words, Words(name, ScheduleRates.OfPaper(Network.ResNet110), 500));

    [TestMethod]
    public void ThePapersRatesOfTheOtherNetworks()
    {
        var vgg = ScheduleRates.OfPaper(Network.Vgg16Small);
        var dense = ScheduleRates.OfPaper(Network.DenseNet40x12);
        var resNet50 = ScheduleRates.OfPaper(Network.ResNet50);

        Assert.AreEqual("constant 0.05", Words("constant", vgg, 500));
        Assert.AreEqual("multi-step 0.05, ×0.1 at epochs 250, 375", Words("multi-step", vgg, 500));
        Assert.AreEqual(
            "multi-step 0.2, ×0.1 at epochs 250, 375", Words("multi-step", ScheduleRates.OfPaper(Network.WideResNet28x10), 500));
        Assert.AreEqual("knee, 0.1 for 250 epochs, then linear to 0 at epoch 500", Words("knee", dense, 500));
        Assert.AreEqual("PLRS U[0.1, 0.2], redrawn every step", Words("plrs", dense, 500));
        Assert.AreEqual("PLRS U[0.35, 0.4], redrawn every step", Words("plrs", resNet50, 100));
        Assert.AreEqual("constant 0.1", Words("constant", resNet50, 100));
        Assert.AreEqual("PLRS U[0.002, 0.005], redrawn every step", Words("plrs", ScheduleRates.ForFineTuning, 6));
    }

    [TestMethod]
    public void AShortRunHasMilestonesThatRise()
    {
        var rates = ScheduleRates.OfPaper(Network.ResNet20);

        Assert.AreEqual("multi-step 0.1, ×0.1 at epochs 15, 22", Words("multi-step", rates, 30));
        Assert.AreEqual("multi-step 0.1, ×0.1 at epochs 1, 2", Words("multi-step", rates, 3));
        Assert.AreEqual("multi-step 0.1, ×0.1 at epoch 1", Words("multi-step", rates, 2));
        foreach (var schedule in NamedSchedule.All.Where(schedule => !schedule.FindsBounds))
        {
            schedule.Create!(rates, 1);
        }
    }

    [TestMethod]
    public void AnotherHighestRateScalesAll()
    {
        var rates = ScheduleRates.OfPaper(Network.ResNet20).WithMaximum(0.02);

        Assert.AreEqual("PLRS U[0.014, 0.02], redrawn every step", Words("plrs", rates, 30));
        Assert.AreEqual("constant 0.02", Words("constant", rates, 30));
        Assert.AreEqual("cosine with warm restarts, 0.02 to 2E-05, first interval 1 epoch, ×2", Words("cosine", rates, 30));
        Assert.AreEqual("knee, 0.02 for 15 epochs, then linear to 0 at epoch 30", Words("knee", rates, 30));
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void ANameMeansTheSameInTrainingAndComparing(string name)
    {
        var trained = Trained(name, "--minimum-learning-rate", "0.07", "--maximum-learning-rate", "0.1");
        var compared = Compared(name);

        var expected = compared.Schedule.Create?.Invoke(compared.Rates, compared.Epochs);
        Assert.AreEqual(expected, trained.CreateSchedule());
        Assert.AreEqual(compared.Schedule.Momentum, ((Plrs.MLNet.SgdOptions)Trainer.Options(trained).Optimizer).Momentum);
        Assert.AreEqual(name == "plrs-range-test", expected is null);
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void EveryCommandThatTrainsKnowsEveryName(string name)
    {
        foreach (var (verb, option) in new[] { ("train", "--schedule"), ("find-bounds", "--schedule"), ("compare", "--schedules") })
        {
            var help = PlrsInProcess.Run(verb, "--help").Output;

            Assert.Contains($" {name}: {NamedSchedule.Find(name)!.Description}", help, verb);
            var run = PlrsInProcess.Run(verb, "nowhere", option, name.ToUpperInvariant());
            Assert.AreEqual("The folder 'nowhere' does not exist.", run.Error.Trim(), verb);
        }
    }

    private static TrainSettings Trained(string name, params string[] bounds)
    {
        var command = new RootCommand();
        TrainingOptions.AddTo(command);
        return TrainingOptions.Read(command.Parse(["--arch", "ResNet20", "--epochs", "30", "--schedule", name, .. bounds]));
    }

    private static (NamedSchedule Schedule, ScheduleRates Rates, int Epochs) Compared(string name)
    {
        var command = new RootCommand();
        var read = ComparisonOptions.AddTo(command, output: "out");
        var settings = read(command.Parse(["data", "--arch", "ResNet20", "--epochs", "30", "--schedules", name]));
        var experiment = settings.On(new ExampleSet("data", Examples, Examples));
        return (NamedSchedule.Find(experiment.Schedules.Single())!, experiment.Rates(), experiment.Epochs);
    }

    private static string Words(string name, ScheduleRates rates, int epochs) =>
        NamedSchedule.Find(name)!.Create!(rates, epochs).ToString()!;
}
