using System.Text.RegularExpressions;
using Plrs.MLNet.Records;
using Plrs.MLNet.Tests.Support;
using ImageFolder = Plrs.MLNet.Tests.Support.ImageFolder;

namespace Plrs.MLNet.Tests.Tool;

/// <summary>plrs in the languages of other machines, with ICU switched on: it reads and writes the same.</summary>
[TestClass]
public sealed partial class CultureProgramTests
{
    private static readonly TemporaryFolder Folder = new();
    private static readonly ImageFolder Images = new(imagesPerClass: 4);
    private static string _expected = "";

    [ClassInitialize]
    public static void Run(TestContext context) => _expected = Session(Folder.File("invariant", ""), []);

    [ClassCleanup]
    public static void Remove()
    {
        Folder.Dispose();
        Images.Dispose();
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    [DataRow("de_DE", "de-DE 0,5")]
    [DataRow("ar_SA", "ar-SA 0")]
    [DataRow("tr_TR", "tr-TR 0,5")]
    public void EveryCommandReadsAndWritesTheSame(string language, string shown)
    {
        (string, string)[] environment =
            [("DOTNET_SYSTEM_GLOBALIZATION_INVARIANT", "false"), ("LC_ALL", $"{language}.UTF-8"), ("LANG", $"{language}.UTF-8")];
        var culture = ChildProcess.TellCulture(environment);
        if (culture is null)
        {
            Assert.Inconclusive("This system has no ICU.");
        }

        Assert.StartsWith(shown, culture);
        Assert.AreEqual(_expected, Session(Folder.File(language, ""), environment));
    }

    /// <summary>Everything that commands say of a training, but times and folders.</summary>
    private static string Session(string folder, (string Name, string Value)[] environment)
    {
        Directory.CreateDirectory(folder);
        const string Model = "model.zip";
        string[] given =
        [
            "train", Images.Path, "--fine-tuning", "SCRATCH", "--arch", "resnet20", "--image-size", "16", "--batch-size", "4",
            "--epochs", "4",
            "--minimum-learning-rate", "0.025", "--maximum-learning-rate", "0.05", "--test-fraction", "0.25", "--output", Model,
        ];
        string[][] commands =
        [
            given,
            ["evaluate", Model, Images.Path],
            ["predict", Model, Images.Path, "--json"],
            ["inspect", Model],
            ["find-bounds", .. given[1..^6], "--sweeps", "1"],
            ["train", Images.Path, "--maximum-learning-rate", "0,05"],
        ];
        var told = commands.Select(command =>
        {
            var run = CommandRun.Of(PlrsProgram.Path, command, folder, [("OMP_NUM_THREADS", "1"), .. environment]);
            return $"{run.ExitCode}\n{run.Output}\n{run.Error}";
        }).ToArray();
        var schedule = TrainingRecord.Read(Path.Combine(folder, Model)).Schedule;
        Assert.AreEqual((0.025, 0.05), (schedule.MinimumLearningRate, schedule.MaximumLearningRate));
        return Changing().Replace(string.Concat(told), "");
    }

    // Times, and lines that are left out when an epoch takes less than a second.
    [GeneratedRegex(@"^(epoch \d|│ (started|took|file) |training ended|.*left$|reading|sweeping|saving).*\n|\r", RegexOptions.Multiline)]
    private static partial Regex Changing();
}
