using System.Diagnostics;
using Plrs.MLNet.Tests.Support;

namespace Plrs.MLNet.Tests.Tool;

/// <summary>plrs while it runs: a test reads what it writes, and presses Ctrl+C.</summary>
internal sealed class RunningPlrs : IDisposable
{
    private readonly Process _process;
    private readonly Task<string> _error;
    private string _output = "";

    public RunningPlrs(params IEnumerable<string> arguments)
        : this(PlrsProgram.Path, arguments)
    {
    }

    private RunningPlrs(string program, IEnumerable<string> arguments)
    {
        // Where these tests run in a shell's background, SIGINT is ignored, and would be by the program, too.
        var start = new ProcessStartInfo("/usr/bin/env", ["--default-signal=INT", program, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["OMP_NUM_THREADS"] = "1";
        _process = Process.Start(start)!;
        _error = _process.StandardError.ReadToEndAsync();
    }

    /// <summary>Runs examples/TrainOnFolder, whose training plrs shares, and presses Ctrl+C after a line.</summary>
    public static CommandRun InterruptTrainOnFolder(IEnumerable<string> arguments, Predicate<string> isLine)
    {
        using var running = new RunningPlrs(PlrsProgram.PathOf("examples", "TrainOnFolder"), arguments);
        running.ReadUntil(isLine);
        running.PressCtrlC();
        return running.End();
    }

    /// <summary>Reads its output up to a line.</summary>
    public void ReadUntil(Predicate<string> isLine)
    {
        while (_process.StandardOutput.ReadLine() is { } line)
        {
            _output += $"{line}\n";
            if (isLine(line))
            {
                return;
            }
        }

        Assert.Fail($"It has ended without that line.\n{_output}{_error.Result}");
    }

    public void PressCtrlC() => Assert.AreEqual(0, CommandRun.Of("/bin/kill", ["-INT", $"{_process.Id}"]).ExitCode);

    /// <summary>Waits until it ends.</summary>
    public CommandRun End()
    {
        _output += _process.StandardOutput.ReadToEnd();
        _process.WaitForExit();
        return new CommandRun(_process.ExitCode, _output, _error.Result);
    }

    public void Dispose()
    {
        _process.Kill();
        _process.Dispose();
    }
}
