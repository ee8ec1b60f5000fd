using Plrs.MLNet.Tests.Support;

namespace Plrs.MLNet.Tests.Tool;

/// <summary>A file at which another program waits until the test lets it go on.</summary>
internal static class NamedPipe
{
    public static string Make(string path)
    {
        var made = CommandRun.Of("mkfifo", [path]);
        Assert.AreEqual(0, made.ExitCode, made.Error);
        return path;
    }

    /// <summary>Lets a program go on that waits to write to it, and whoever opens it later.</summary>
    public static FileStream Open(string path) => new(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);
}
