using System.Runtime.InteropServices;
using Spectre.Console;

namespace Plrs.MLNet.Experiments.Training;

/// <summary>Ctrl+C, or the end of a job's time, asks the work to stop; asked a second time, the program ends at once.</summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly PosixSignalRegistration[] _signals;

    /// <param name="note">What to tell the user then.</param>
    public Interruption(string note)
    {
        Note = note;
        _signals = [PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop), PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop)];

        void Stop(PosixSignalContext context)
        {
            if (!_stop.IsCancellationRequested)
            {
                context.Cancel = true;
                AnsiConsole.MarkupLineInterpolated($"[yellow]{Note}[/]");
                _stop.Cancel();
            }
        }
    }

    /// <summary>What to tell the user then. It may change while the work goes on, for it is to say what is kept.</summary>
    public string Note { get; set; }

    public CancellationToken Token => _stop.Token;

    /// <summary>Whether an error says no more than that the work was stopped, as asked to. Other errors stay what they are.</summary>
    public bool Explains(Exception exception) =>
        _stop.IsCancellationRequested && exception is OperationCanceledException or TrainingStoppedException;

    public void Dispose()
    {
        foreach (var signal in _signals)
        {
            signal.Dispose();
        }

        _stop.Dispose();
    }
}
