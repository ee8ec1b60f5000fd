using System.Diagnostics;

namespace Plrs.MLNet.Tests.Support;

/// <summary>The checkout that this program was built in, and the dotnet command on its projects.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot(new DirectoryInfo(AppContext.BaseDirectory));

    /// <summary>Runs the dotnet command in the checkout; the test fails when it does. Nothing that it starts stays behind.</summary>
    public static void DotNet(string command, params string[] arguments)
    {
        string[] alone = ["-nodeReuse:false", "-p:UseSharedCompilation=false"];
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [command, .. arguments, .. alone])
        {
            WorkingDirectory = Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.AreEqual(0, process.ExitCode, $"dotnet {command} {string.Join(' ', arguments)}\n{output}{error.Result}");
    }

    private static string FindRoot(DirectoryInfo folder) =>
        File.Exists(Path.Combine(folder.FullName, "Plrs.MLNet.sln")) ? folder.FullName
        : FindRoot(folder.Parent ?? throw new InvalidOperationException($"'{AppContext.BaseDirectory}' is in no checkout of Plrs.MLNet."));
}
