namespace Plrs.MLNet.Tests.Support;

/// <summary>The checkout that this program was built in, and the dotnet command on its projects.</summary>
internal static class Checkout
{
    public static string Root { get; } = FindRoot(new DirectoryInfo(AppContext.BaseDirectory));

    /// <summary>Runs the dotnet command in the checkout; the test fails when it does. Nothing that it starts stays behind.</summary>
    /// <returns>What it wrote to its output.</returns>
    public static string DotNet(string command, params string[] arguments) => DotNet(command, arguments, Root);

    /// <summary>Runs the dotnet command in a folder; the test fails when it does. Nothing that it starts stays behind.</summary>
    /// <returns>What it wrote to its output.</returns>
    public static string DotNet(string command, string[] arguments, string folder)
    {
        var dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        var run = CommandRun.Of(dotnet, [command, .. arguments, "-nodeReuse:false", "-p:UseSharedCompilation=false"], folder);
        Assert.AreEqual(0, run.ExitCode, $"dotnet {command} {string.Join(' ', arguments)}\n{run.Output}{run.Error}");
        return run.Output;
    }

    private static string FindRoot(DirectoryInfo folder) =>
        File.Exists(Path.Combine(folder.FullName, "Plrs.MLNet.sln")) ? folder.FullName
        : FindRoot(folder.Parent ?? throw new InvalidOperationException($"'{AppContext.BaseDirectory}' is in no checkout of Plrs.MLNet."));
}
