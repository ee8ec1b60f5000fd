using System.Runtime.InteropServices;
using Spectre.Console;

namespace PlrsTool;

/// <summary>Ctrl+C, or the end of a job's time, asks the work to stop; asked a second time, the program ends at once.</summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly PosixSignalRegistration[] _signals;

    /// <param name="note">What to tell the user then.</param>
    public Interruption(string note)
    {
        _signals = [PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop), PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop)];

        void Stop(PosixSignalContext context)
        {
            if (!_stop.IsCancellationRequested)
            {
                context.Cancel = true;
                AnsiConsole.MarkupLineInterpolated($"[yellow]{note}[/]");
                _stop.Cancel();
            }
        }
    }

    public CancellationToken Token => _stop.Token;

    public bool WasAsked => _stop.IsCancellationRequested;

    public void Dispose()
    {
        foreach (var signal in _signals)
        {
            signal.Dispose();
        }

        _stop.Dispose();
    }
}
