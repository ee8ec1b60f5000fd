using System.CommandLine;
using System.Globalization;
using Plrs.MLNet.Experiments.CommandLines;
using Plrs.MLNet.Experiments.Schedules;
using Plrs.MLNet.Experiments.Training;

namespace Plrs.MLNet.Tests.Tool;

/// <summary>What plrs, and the examples with it, say of a command line that is wrong, and their help.</summary>
[TestClass]
public sealed class CommandLineTests
{
    private const string Networks = "ResNet20, ResNet32, ResNet44, ResNet56, ResNet110, " +
        "WideResNet28x10, DenseNet40x12, Vgg16Small, ResNet18, MLNetResNet18, ResNet34, ResNet50, ResNet101, ResNet152, "
        + "Vgg11, Vgg13, Vgg16, Vgg19, DenseNet121, MobileNetV2, MobileNetV3Small, MobileNetV3Large, EfficientNetB0";

    private const string Schedules =
        "cosine, knee, one-cycle, constant, multi-step, plrs, plrs-decay, plrs-momentum, plrs-range-test, constant-mean, wsd, "
        + "plrs-cooldown";

    private const int WidestLeftColumn = 35;

    private static readonly string[] Verbs = ["train", "find-bounds", "compare", "evaluate", "predict", "inspect", "export", "new"];

    [TestMethod]
    [DataRow("There is no command 'trian'. Did you mean 'train'?", "trian", "flowers")]
    [DataRow("There is no command 'predct'. Did you mean 'predict'?", "predct")]
    [DataRow("There is no command 'comp'. Did you mean 'compare'?", "comp")]
    [DataRow("There is no command 'frob'; the commands are train, find-bounds, compare, evaluate, predict, inspect, export, new.", "frob")]
    [DataRow("There is no option '--frob'; --help lists the options.", "--frob")]
    [DataRow("There is no option '--epoch'. Did you mean '--epochs'?", "train", "flowers", "--epoch", "5")]
    [DataRow("There is no option '--epoch'. Did you mean '--epochs'?", "train", "--epoch", "5", "flowers")]
    [DataRow("There is no option '--epoch'. Did you mean '--epochs'?", "train", "flowers", "--epoch=5")]
    [DataRow("There is no option '--jsn'. Did you mean '--json'?", "predict", "model.zip", "--jsn")]
    [DataRow("There is no option '-x'; --help lists the options.", "train", "flowers", "-x")]
    [DataRow("--epochs takes a whole number from 1 to 100000; 'abc' is none.", "train", "flowers", "--epochs", "abc")]
    [DataRow("--epochs takes a whole number from 1 to 100000; '0' is none.", "train", "flowers", "--epochs", "0")]
    [DataRow("--epochs takes a whole number from 1 to 100000; '-5' is none.", "train", "flowers", "--epochs", "-5")]
    [DataRow("--epochs takes a whole number from 1 to 100000; '1.5' is none.", "train", "flowers", "--epochs", "1.5")]
    [DataRow("--epochs takes a whole number from 1 to 100000; '1,000' is none.", "train", "flowers", "--epochs", "1,000")]
    [DataRow("--epochs takes a whole number from 1 to 100000; none is given.", "train", "flowers", "--epochs")]
    [DataRow("--epochs is given more than once.", "train", "flowers", "--epochs", "5", "--epochs", "6")]
    [DataRow(
        "--maximum-learning-rate takes a number from 0.00000001 to 100; 'fast' is none.",
        "train",
        "flowers",
        "--maximum-learning-rate",
        "fast")]
    [DataRow(
        "--maximum-learning-rate takes a number from 0.00000001 to 100; '0,005' is none.",
        "train",
        "flowers",
        "--maximum-learning-rate",
        "0,005")]
    [DataRow(
        "--maximum-learning-rate takes a number from 0.00000001 to 100; " +
        "'NaN' is none.", "train", "flowers", "--maximum-learning-rate", "NaN")]
    [DataRow(
        "--fine-tuning takes one of Gradual, Full, Head, Scratch; 'full,head' is none.", "train", "flowers", "--fine-tuning", "full,head")]
    [DataRow("--fine-tuning takes one of Gradual, Full, Head, Scratch; '7' is none.", "find-bounds", "flowers", "--fine-tuning", "7")]
    [DataRow("--fine-tuning takes one of Scratch, Full, Gradual; '1' is none.", "compare", "flowers", "--fine-tuning", "1")]
    [DataRow(
        "--fine-tuning takes one of Gradual, Full, Head, Scratch; 'haed' is none. Did you mean 'Head'?",
        "train",
        "flowers",
        "--fine-tuning",
        "haed")]
    [DataRow("--schedule takes one of " + Schedules + "; 'constant,cosine' is none.", "train", "flowers", "--schedule", "constant,cosine")]
    [DataRow(
        "--arch takes the name of a network; 'ResNet19' is none. Did you mean 'ResNet18'? The networks are " + Networks + ".",
        "train",
        "flowers",
        "--arch",
        "ResNet19")]
    [DataRow(
        "--arch takes the name of a network; 'alexnet' is none. The networks are " + Networks + ".",
        "compare",
        "flowers",
        "--arch",
        "alexnet")]
    [DataRow(
        "--schedule takes one of " + Schedules + "; 'MultiStep' is none. Did you mean 'multi-step'?",
        "train",
        "flowers",
        "--schedule",
        "MultiStep")]
    [DataRow("There is no option '--network'. Did you mean '--arch'?", "compare", "flowers", "--network", "ResNet20")]
    [DataRow("There is no option '--batch'. Did you mean '--batch-size'?", "compare", "flowers", "--batch=8")]
    [DataRow("There is no option '--out'. Did you mean '--output'?", "compare", "flowers", "--out", "here")]
    [DataRow("There is no option '--rate'. Did you mean '--maximum-learning-rate'?", "compare", "flowers", "--rate", "0.1")]
    [DataRow("There is no option '--network'. Did you mean '--arch'?", "train", "flowers", "--network", "ResNet20")]
    [DataRow("There is no option '--network'; --help lists the options.", "predict", "model.zip", "image.png", "--network", "ResNet20")]
    [DataRow(
        "--seeds takes whole numbers from 0 on with commas between them, each once; 'a' is none.", "compare", "flowers", "--seeds", "a")]
    [DataRow("--task takes two numbers such as 2/4, the second of four shares; '5/2' is none.", "compare", "flowers", "--task", "5/2")]
    [DataRow(
        "--device takes auto, cpu, cuda, or cuda with the number of a GPU, such as cuda:1; 'tpu' is none.",
        "compare",
        "flowers",
        "--device",
        "tpu")]
    [DataRow(
        "--force begins the experiment anew: neither a share of it (--task) nor its report (--merge) can.",
        "compare",
        "--merge",
        "--force")]
    [DataRow("--plot takes the path of a file; none is given.", "find-bounds", "flowers", "--plot")]
    [DataRow("--output takes the path of a file; none is given.", "train", "flowers", "--output", "--seed", "3")]
    [DataRow("--workspace takes the path of a folder; none is given.", "train", "flowers", "--workspace")]
    [DataRow("<folder> is missing: The images to train on: a subfolder of images (.jpg, .png, .webp, .gif, .bmp) for each class.", "train")]
    [DataRow("<images> is missing: Image files, and folders with images at any depth.", "predict", "model.zip")]
    [DataRow("--from is missing: The folder of images that the model is, or will be, trained on.", "new")]
    [DataRow("'flowers' is one argument too many; a path with spaces in it stands in quotes.", "train", "my", "flowers")]
    [DataRow(
        "--epochs takes a whole number from 1 to 100000; 'abc' is none.", "train", "flowers", "--epochs", "abc", "--batch-size", "0",
        "--fine-tuning", "x")]
    public void OneErrorSaysWhatIsWrong(string message, params string[] arguments)
    {
        var run = PlrsInProcess.Run(arguments);

        Assert.AreEqual((1, "", message + Environment.NewLine), (run.ExitCode, run.Output, run.Error));
    }

    [TestMethod]
    public void WithoutArgumentsThereIsHelp()
    {
        var run = PlrsInProcess.Run();

        Assert.AreEqual((1, ""), (run.ExitCode, run.Error));
        Assert.AreEqual(PlrsInProcess.Run("--help"), run with { ExitCode = 0 });
        foreach (var verb in Verbs)
        {
            Assert.Contains($"  {verb} ", run.Output);
        }
    }

    [TestMethod]
    [DataRow(80)]
    [DataRow(100)]
    public void HelpFitsAndBreaksNoName(int columns)
    {
        foreach (var verb in Verbs)
        {
            var run = PlrsInProcess.RunAt(columns, verb, "--help");

            Assert.AreEqual((0, ""), (run.ExitCode, run.Error));
            var lines = run.Output.Split(Environment.NewLine);
            Assert.AreEqual("", string.Join('\n', lines.Where(line => line.Length > columns)), verb);
            var words = run.Output.Split([' ', ',', '.', ']', '\n', '\r']);
            string[] names = verb is "train" or "find-bounds" or "compare" ? [.. Network.Known.Keys, "Gradual", "Full", "Scratch"] : [];
            Assert.AreEqual("", string.Join(' ', names.Where(name => !words.Contains(name))), verb);

            // Nobody has to look for the explanations.
            Assert.IsLessThanOrEqualTo(WidestLeftColumn, lines.Max(LeftColumn), verb);

            // They have more than half of the width.
            Assert.AreEqual(
                "", string.Join(
                    '\n',
                    lines.Where(
                        line => line.StartsWith("  -", StringComparison.Ordinal)
                            && line.TrimStart().IndexOf("   ", StringComparison.Ordinal) > columns / 2)), verb);
        }
    }

    [TestMethod]
    public void WhatMeansTheSameHasOneNameInAllCommands()
    {
        var options = Verbs.ToDictionary(
            verb => verb, verb => PlrsTool.Tool.Create().Subcommands.Single(command => command.Name == verb).Options);
        foreach (var (name, verbs) in new[]
        {
            ("--arch", "train find-bounds compare"), ("--batch-size", "train find-bounds compare"),
            ("--maximum-learning-rate", "train find-bounds compare"),
            ("--epochs", "train find-bounds compare"), ("--image-size", "train find-bounds compare"), ("--output", "train compare new"),
            ("--force", "train find-bounds compare export new"),
        })
        {
            Assert.AreEqual(verbs, string.Join(' ', Verbs.Where(verb => options[verb].Any(option => option.Name == name))), name);
        }

        foreach (var output in options.Values.SelectMany(all => all).Where(option => option.Name == "--output"))
        {
            CollectionAssert.AreEqual(new[] { "-o" }, output.Aliases.ToArray());
        }
    }

    [TestMethod]
    public void EveryOptionWithNamesTakesNamesAlone()
    {
        RootCommand[] programs = [PlrsTool.Tool.Create(), TrainOnFolder.CommandLine.Create(_ => 0)];
        var named = programs.SelectMany(program => program.Subcommands.DefaultIfEmpty<Command>(program))
            .SelectMany(command => command.Options, (command, option) => (Command: command, Option: option))
            .Where(entry => (Nullable.GetUnderlyingType(entry.Option.ValueType) ?? entry.Option.ValueType) is { IsEnum: true }
                || entry.Option.ValueType == typeof(NamedSchedule))
            .ToArray();

        Assert.HasCount(7, named);
        foreach (var (command, option) in named)
        {
            foreach (var wrong in (string[])["0", "1", "Full,Scratch", "plrs,knee", "-1", ""])
            {
                Assert.IsNotEmpty(
                    command.Parse(["flowers", option.Name, wrong]).Errors.Where(error => error.Message.StartsWith(
                        $"{option.Name} takes one of ", StringComparison.Ordinal)),
                    $"{command.Name} {option.Name} {wrong}");
            }
        }
    }

    [TestMethod]
    public void NumbersAreTheSameInEveryCulture()
    {
        var culture = CultureInfo.CurrentCulture;
        var comma = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        (comma.NumberFormat.NumberDecimalSeparator, comma.NumberFormat.NumberGroupSeparator, comma.NumberFormat.NegativeSign) = (
            ",", ".", "~");
        try
        {
            CultureInfo.CurrentCulture = comma;
            var settings = Read(
                "--minimum-learning-rate", "0.001", "--maximum-learning-rate", "5e-3", "--test-fraction", "0.25", "--fine-tuning",
                "SCRATCH", "--schedule", "MULTI-STEP", "--arch", "vgg11");

            Assert.AreEqual((0.001, 0.005), settings.Bounds);
            Assert.AreEqual(
                (0.25, FineTuningName.Scratch, NamedSchedule.Find("multi-step"), Network.Vgg11),
                (settings.TestFraction, settings.FineTuning, settings.Schedule, settings.Arch));
            Assert.AreEqual(
                "--maximum-learning-rate takes a number from 0.00000001 to 100; '0,005' is none." + Environment.NewLine,
                PlrsInProcess.Run("train", "flowers", "--maximum-learning-rate", "0,005").Error);
            Assert.Contains(
                "--minimum-learning-rate 0.25 --maximum-learning-rate 0.5",
                PlrsTool.Next.AfterBounds(Read() with { Folder = "flowers" }, 0.25, 0.5));
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    [TestMethod]
    [DataRow("shapes")]
    [DataRow("flowers", "data/flowers/")]
    [DataRow("of my own", "data/flowers", "--output", "of my own")]
    public void TrainOnFolderWritesToAFolderWithTheDatasName(string folder, params string[] arguments)
    {
        var settings = new List<TrainSettings>();

        Assert.AreEqual(
            0, CommandLineProgram.Run(TrainOnFolder.CommandLine.Create(given => { settings.Add(given); return 0; }), arguments));

        Assert.AreEqual(
            folder.Contains(' ', StringComparison.Ordinal) ? folder : Path.Combine("artifacts", "TrainOnFolder", folder),
            settings.Single().Output);
    }

    [TestMethod]
    [DataRow("trian", "train")]
    [DataRow("--epoch", "--epochs")]
    [DataRow("ot", null)]
    [DataRow("-", null)]
    [DataRow("", null)]
    [DataRow("EPOCHS", "--epochs")]
    [DataRow("-x", null)]
    public void TheNearestWordIsMeant(string typed, string? meant) =>
        Assert.AreEqual(meant, Spelling.Nearest(typed, ["train", "--epochs", "inspect"]));

    /// <summary>The width of what stands left of an option's explanation; 0 of any other line.</summary>
    private static int LeftColumn(string line)
    {
        var right = line.StartsWith("  -", StringComparison.Ordinal) ? line.IndexOf("  ", 2, StringComparison.Ordinal) : -1;
        return Math.Max(0, right);
    }

    private static TrainSettings Read(params string[] arguments)
    {
        var command = new RootCommand();
        TrainingOptions.AddTo(command);
        return TrainingOptions.Read(command.Parse(arguments));
    }
}
