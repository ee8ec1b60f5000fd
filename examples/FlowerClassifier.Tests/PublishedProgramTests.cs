using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Flowers.Tests.Support;
using Plrs.MLNet.Tests.Support;

namespace Flowers.Tests;

/// <summary>examples/FlowerClassifier.WebApi, published for this machine, as a process of its own.</summary>
[TestClass]
public sealed partial class PublishedProgramTests
{
#if DEBUG
    private const string Configuration = "Debug";
#else
    private const string Configuration = "Release";
#endif

    private static readonly TemporaryFolder Published = new();

    private static string Program =>
        Path.Combine(Published.Path, OperatingSystem.IsWindows() ? "FlowerClassifier.WebApi.exe" : "FlowerClassifier.WebApi");

    // What was built with this test is published: another build would get in the way of those of other tests, which run beside this one.
    [ClassInitialize]
    public static void Publish(TestContext context) =>
        Checkout.DotNet("publish", "examples/FlowerClassifier.WebApi", "-c", Configuration, "--no-build", "-o", Published.Path);

    [ClassCleanup]
    public static void Remove() => Published.Dispose();

    [TestMethod]
    public void LibtorchIsNotPublished()
    {
        var libtorch = Directory.EnumerateFiles(Published.Path, "*", SearchOption.AllDirectories)
            .Where(path => Libtorch().IsMatch(Path.GetFileName(path)));

        Assert.AreEqual("", string.Join(", ", libtorch));
        Assert.IsNotEmpty(Directory.GetFiles(Published.Path, "*onnxruntime.*"));
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    public async Task ItServesFromAnyFolderUntilItIsToldToStop()
    {
        using var elsewhere = new TemporaryFolder();
        using var process = Process.Start(new ProcessStartInfo(Program, [QuickModel.Path, "--urls", "http://127.0.0.1:0"])
        {
            WorkingDirectory = elsewhere.Path,
            RedirectStandardOutput = true,
        })!;
        try
        {
            var address = "";
            while (address.Length == 0 && await process.StandardOutput.ReadLineAsync() is { } line)
            {
                address = Address().Match(line).Value;
            }

            using var client = new HttpClient { BaseAddress = new Uri(address) };
            Assert.Contains("Image classifier", await client.GetStringAsync(""));
            var image = new ByteArrayContent(TestImages.Encode("stripes", 7));
            image.Headers.ContentType = new("image/png");
            Assert.AreEqual("stripes", await RunningServer.ClassOf(await client.PostAsync("predict", image)));

            Assert.AreEqual(0, CommandRun.Of("/bin/kill", ["-TERM", $"{process.Id}"]).ExitCode);
            await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            Assert.AreEqual(0, process.ExitCode);
        }
        finally
        {
            process.Kill();
        }
    }

    [TestMethod]
    public void WhatIsMissingIsNamed()
    {
        var usage = CommandRun.Of(Program, []);
        var missing = CommandRun.Of(Program, ["no-such.zip"]);
        var limit = CommandRun.Of(Program, [QuickModel.Path, "--Limits:BatchSize=0"]);

        Assert.AreEqual(
            (2, "Usage: FlowerClassifier.WebApi <model.zip> [--urls http://*:8080] [--Title Flowers] [--Limits:QueueLength 64] ..."),
            (usage.ExitCode, usage.Error.TrimEnd()));
        Assert.AreEqual(1, missing.ExitCode);
        Assert.StartsWith("The file 'no-such.zip' is not a model for this program: ", missing.Error);
        Assert.AreEqual((1, "The field BatchSize must be between 1 and 128."), (limit.ExitCode, limit.Error.TrimEnd()));
    }

    [TestMethod]
    public void AnAddressThatItCannotListenAtIsNamedInOneLine()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var inUse = $"http://{other.LocalEndpoint}";

        AssertRefused($"The server cannot listen at {inUse}: Failed to bind to address {inUse}: address already in use.", "--urls", inUse);
        AssertRefused("The server cannot listen at nonsense: Invalid url: 'nonsense'", "--urls", "nonsense");
        AssertRefused(
            "The server cannot listen at http://127.0.0.1:99999: " +
            "Specified argument was out of the range of valid values. (Parameter 'port')",
            "--urls",
            "http://127.0.0.1:99999");
        AssertRefused("The short switch '-u=http://127.0.0.1:0' is not defined in the switch mappings.", "-u=http://127.0.0.1:0");

        static void AssertRefused(string message, params string[] options)
        {
            var run = CommandRun.Of(Program, [QuickModel.Path, .. options]);
            Assert.AreEqual(1, run.ExitCode, run.Output + run.Error);
            Assert.AreEqual(message, run.Error.TrimEnd());
            Assert.AreEqual("", run.Output);
        }
    }

    [GeneratedRegex("^(libtorch|libc10|torch_cpu|c10).*", RegexOptions.IgnoreCase)]
    private static partial Regex Libtorch();

    [GeneratedRegex(@"http://127\.0\.0\.1:\d+")]
    private static partial Regex Address();
}
