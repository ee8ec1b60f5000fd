using System.Globalization;
using Plrs.MLNet.Common;

namespace Plrs.MLNet.Training;

/// <summary>
/// Tells of one training in lines: its stages, its head, its epochs. Whoever reads them in a file or a pipe gets whole lines alone, and not
/// many.
/// </summary>
/// <param name="writer">Where the lines go.</param>
/// <param name="time">The clock.</param>
internal sealed class ProgressLines(ProgressWriter writer, TimeProvider time) : ITrainingObserver, IDisposable
{
    // What takes long has a line each 30 seconds. Short epochs share one, the first and the last have one each.
    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan BetweenEpochs = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(0.2);

    private readonly long _start = time.GetTimestamp();
    private long _lastLine = time.GetTimestamp();
    private long _lastLook = time.GetTimestamp();
    private Pace _pace = new(time, 0);
    private StageProgress? _stage;
    private TrainingCheckpoint? _resumed;
    private string? _held;
    private bool _hasEpochs;
    private int _epochs;
    private int _stepsPerEpoch;

    /// <summary>Lines for a user's choice of a writer.</summary>
    public static ProgressLines To(TextWriter writer) => new(ProgressWriter.To(writer), TimeProvider.System);

    public void OnStage(StageProgress progress)
    {
        var begins = _stage?.Stage != progress.Stage || progress.Done < _stage.Done;
        _stage = progress;
        if (begins)
        {
            _pace = new Pace(time, progress.Done);
            Line(StageText.Beginning(progress));
        }
        else if (IsDue)
        {
            Tell($"{StageText.GoingOn(progress)}{Left(_pace.Left(progress.Done, progress.All), ", ")}");
        }
    }

    public void OnHeadTrained(HeadTrained head)
    {
        var (metrics, images) = head.Validation is { } validation
            ? (validation, $"the {Quantity.Of(head.ValidationImages, "validation image")}")
            : (head.Training, $"the {Quantity.Of(head.TrainingImages, "image")} that it was trained on");
        var after = Clock(time.GetElapsedTime(_start));
        Line($"head trained: {Percent(metrics.Accuracy)} of {images} are right after {after}; going on with the other layers");
    }

    public void OnResumed(TrainingCheckpoint checkpoint) => _resumed = checkpoint;

    public void OnStarting(int epochs, int stepsPerEpoch)
    {
        (_epochs, _stepsPerEpoch) = (epochs, stepsPerEpoch);
        _pace = new Pace(time, _resumed?.Steps ?? 0);
        if (_resumed is { Epochs: var done })
        {
            Line($"going on from epoch {Number(done + 1)}/{Number(epochs)}");
        }
    }

    public void OnStep(StepMetrics metrics)
    {
        if (IsDue)
        {
            var (epoch, done) = (metrics.Step.Epoch, metrics.Step.Index + 1);
            var step = $"step {Number(done - (epoch * _stepsPerEpoch))}/{Number(_stepsPerEpoch)}";
            Tell($"{Epoch(epoch)}  {step}  loss {Loss(metrics.CrossEntropy)}{Left(LeftAfter(done), "  ")}");
        }
    }

    public void OnEpoch(ImageClassificationMetrics training, ImageClassificationMetrics? validation)
    {
        var done = (training.Epoch + 1L) * _stepsPerEpoch;
        var isLast = training.Epoch + 1 == _epochs;
        var line = $"{Epoch(training.Epoch)}  loss {Loss(training.CrossEntropy)}  accuracy {Percent(training.Accuracy)}" +
            (validation is null ? "" : $"  validation {Percent(validation.Accuracy)}") +
            (isLast ? "" : Left(LeftAfter(done), "  "));
        _pace = new Pace(time, done); // Later epochs may train more layers, and take longer.
        if (!_hasEpochs || isLast || time.GetElapsedTime(_lastLine) >= BetweenEpochs)
        {
            _hasEpochs = true;
            _held = null;
            Line(line);
        }
        else
        {
            _held = line;
            Look(line);
        }
    }

    public void OnEnded(StopReason reason, string text)
    {
        WriteHeld();
        Line($"training ended after {Clock(time.GetElapsedTime(_start))}: {text}");
    }

    public void OnFailed(Exception exception) => WriteHeld();

    public void Dispose()
    {
        WriteHeld();
        writer.Dispose();
    }

    /// <summary>Whether something is to be told between two whole lines; if not, no text need be made of it.</summary>
    private bool IsDue =>
        time.GetElapsedTime(_lastLine) >= BetweenLines || (writer.IsTerminal && time.GetElapsedTime(_lastLook) >= BetweenLooks);

    private TimeSpan? LeftAfter(long steps) => _pace.Left(steps, (long)_epochs * _stepsPerEpoch);

    private string Epoch(long epoch) => $"epoch {Number(epoch + 1).PadLeft(Number(_epochs).Length)}/{Number(_epochs)}";

    private void Tell(string text)
    {
        if (time.GetElapsedTime(_lastLine) >= BetweenLines)
        {
            Line(text);
        }
        else
        {
            Look(text);
        }
    }

    private void Look(string text)
    {
        if (writer.IsTerminal)
        {
            _lastLook = time.GetTimestamp();
            writer.Overwritable(text);
        }
    }

    private void Line(string text)
    {
        _lastLine = time.GetTimestamp();
        writer.Line(text);
    }

    private void WriteHeld()
    {
        if (_held is { } line)
        {
            _held = null;
            Line(line);
        }
    }

    private static string Left(TimeSpan? left, string before) => left is { } known ? $"{before}{Clock(known)} left" : "";

    private static string Clock(TimeSpan span)
    {
        var seconds = (long)Math.Round(span.TotalSeconds);
        return seconds < 3600
            ? string.Create(CultureInfo.InvariantCulture, $"{seconds / 60}:{seconds % 60:00}")
            : string.Create(CultureInfo.InvariantCulture, $"{seconds / 3600}:{seconds / 60 % 60:00}:{seconds % 60:00}");
    }

    private static string Loss(double loss) => loss.ToString("F3", CultureInfo.InvariantCulture);

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{100 * share:F1} %");
}
