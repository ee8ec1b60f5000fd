using System.Text.Json;
using Plrs.MLNet.Tests.Support;

namespace Plrs.MLNet.Tests.Tool;

/// <summary>The program plrs, as it was built with these tests.</summary>
internal static class PlrsProgram
{
    /// <summary>A small and quick training.</summary>
    public static readonly string[] Quick = ["--fine-tuning", "scratch", "--arch", "ResNet20", "--image-size", "16", "--batch-size", "8"];

    public static string Path { get; } = PathOf("tools", "plrs");

    /// <summary>A program of the repository, as it was built with these tests.</summary>
    public static string PathOf(string folder, string name)
    {
        var here = System.IO.Path.GetRelativePath(Checkout.Root, AppContext.BaseDirectory);
        var build = here.Split(System.IO.Path.DirectorySeparatorChar)[1..];
        return System.IO.Path.Combine([Checkout.Root, folder, name, .. build, name]);
    }

    /// <summary>Runs it to its end, with one thread as the tests themselves.</summary>
    public static CommandRun Run(params IEnumerable<string> arguments) =>
        CommandRun.Of(Path, arguments, folder: null, ("OMP_NUM_THREADS", "1"));

    /// <summary>Runs it to a good end with --json, and reads what it wrote to standard output, which is JSON alone.</summary>
    public static JsonElement Ask(params IEnumerable<string> arguments)
    {
        var run = Run([.. arguments, "--json"]);
        Assert.AreEqual(0, run.ExitCode, run.Error);
        return JsonDocument.Parse(run.Output).RootElement;
    }
}
