using System.ComponentModel;
using System.Diagnostics;

namespace Plrs.MLNet.Benchmarks;

/// <summary>Other processes that measure.</summary>
internal static class ChildProcess
{
    /// <summary>How to start this program with other arguments.</summary>
    public static ProcessStartInfo ThisProgram(params IEnumerable<string> arguments) => new(Environment.ProcessPath!, arguments);

    /// <summary>Runs a program to its end and returns what it printed.</summary>
    public static string Output(ProcessStartInfo start)
    {
        start.RedirectStandardOutput = true;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? output.Trim()
            : throw new InvalidOperationException($"{start.FileName} {string.Join(' ', start.ArgumentList)} failed.");
    }

    /// <summary>Whether a program is there and ends well.</summary>
    public static bool Succeeds(ProcessStartInfo start)
    {
        start.RedirectStandardError = true;
        try
        {
            using var process = Process.Start(start)!;
            process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
