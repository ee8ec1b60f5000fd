using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Plrs.MLNet.Tests.Support;

namespace Plrs.MLNet.Tests.Tool;

/// <summary>Ctrl+C (SIGINT) while plrs trains.</summary>
[TestClass]
public sealed partial class InterruptionTests
{
    [TestMethod]
    public void TheModelIsKeptAndTheSameCommandGoesOn()
    {
        using var images = new ImageFolder(imagesPerClass: 6);
        using var folder = new TemporaryFolder();
        var model = folder.File("model.zip");

        var first = TrainAndInterrupt(images.Path, model);
        var evaluated = PlrsProgram.Ask("evaluate", model, images.Path);
        File.Delete(model);
        var second = TrainAndInterrupt(images.Path, model);

        Assert.AreEqual(130, first.ExitCode, first.Error);
        Assert.Contains("Stopped before the end: the same command goes on from the checkpoint in", first.Output);
        Assert.AreEqual(18, evaluated.GetProperty("images").GetInt32());
        Assert.AreEqual(130, second.ExitCode, second.Error);
        Assert.IsTrue(File.Exists(model));
        Assert.AreEqual(1, Epochs(first.Output).First());
        Assert.IsGreaterThanOrEqualTo(Epochs(first.Output).Last(), Epochs(second.Output).First());
        Assert.IsGreaterThan(1, Epochs(second.Output).First());
    }

    /// <summary>Interrupts a training that would take hours after the first epoch that it tells of.</summary>
    private static CommandRun TrainAndInterrupt(string images, string model)
    {
        // Where these tests run in a shell's background, SIGINT is ignored, and would be by the program, too.
        var start = new ProcessStartInfo("/usr/bin/env", ["--default-signal=INT", PlrsProgram.Path, "train", images, .. PlrsProgram.Quick, "--epochs", "100000", "--output", model]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["OMP_NUM_THREADS"] = "1";
        using var process = Process.Start(start)!;
        try
        {
            var error = process.StandardError.ReadToEndAsync();
            var output = "";
            while (process.StandardOutput.ReadLine() is { } line)
            {
                output += $"{line}\n";
                if (Epochs(line).Any())
                {
                    break;
                }
            }

            Assert.AreEqual(0, CommandRun.Of("/bin/kill", ["-INT", $"{process.Id}"]).ExitCode);
            output += process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return new CommandRun(process.ExitCode, output, error.Result);
        }
        finally
        {
            process.Kill();
        }
    }

    private static IEnumerable<int> Epochs(string output) => EpochLine().Matches(output).Select(line => int.Parse(line.Groups["epoch"].Value, CultureInfo.InvariantCulture));

    [GeneratedRegex(@"^ +(?<epoch>\d+) +\d+\.\d{4} ", RegexOptions.Multiline)]
    private static partial Regex EpochLine();
}
