using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace Plrs.MLNet.Benchmarks.Serving;

/// <summary>examples/FlowerClassifier.WebApi, published for this machine, as a process of its own on this machine's own network.</summary>
internal sealed partial class WebApiProcess : IDisposable
{
    public const string Project = "examples/FlowerClassifier.WebApi";

    private readonly Process _process;

    /// <param name="published">The folder that it was published into.</param>
    /// <param name="model">The file of the model.</param>
    /// <param name="settings">Other settings than the usual ones.</param>
    public WebApiProcess(string published, string model, params string[] settings)
    {
        var name = OperatingSystem.IsWindows() ? "FlowerClassifier.WebApi.exe" : "FlowerClassifier.WebApi";
        _process = Process.Start(new ProcessStartInfo(Path.Combine(published, name), [model, "--urls", "http://127.0.0.1:0", .. settings])
        {
            RedirectStandardOutput = true,
        })!;
        var address = "";
        while (address.Length == 0)
        {
            var line = _process.StandardOutput.ReadLine() ?? throw new InvalidOperationException($"{name} ended before it listened.");
            address = Address().Match(line).Value;
        }

        Client = new HttpClient { BaseAddress = new Uri(address) };
    }

    public HttpClient Client { get; }

    /// <summary>The memory that it has now, in bytes.</summary>
    public long ResidentBytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>Publishes it.</summary>
    public static void Publish(string folder) =>
        ChildProcess.Output(
            new ProcessStartInfo(
                "dotnet",
                [
                    "publish", Project, "-c", "Release", "-r", RuntimeInformation.RuntimeIdentifier, "--self-contained", "false", "-o",
                    folder,
                ]));

    public void Dispose()
    {
        Client.Dispose();
        _process.Kill();
        _process.Dispose();
    }

    [GeneratedRegex(@"http://127\.0\.0\.1:\d+")]
    private static partial Regex Address();
}
