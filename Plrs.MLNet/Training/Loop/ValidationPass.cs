using Plrs.MLNet.Images;
using static TorchSharp.torch;

namespace Plrs.MLNet.Training;

/// <summary>Measures a session's network on the validation images.</summary>
internal sealed class ValidationPass(TrainingSession session, SessionExamples examples) : IDisposable
{
    private readonly BatchReader _reader = examples.CreateReader(session.Settings.BatchSize);
    private readonly BatchTensors _tensors = new();
    private readonly FiguresLedger _unread = new(session.Settings.StepsPerReading, session.Settings.Device);

    /// <summary>Adds up the figures of all batches.</summary>
    /// <returns>Whether it came to the end; not when it is to stop.</returns>
    public bool Run(EpochFigures figures)
    {
        var network = session.State.Network;
        network.eval();
        figures.StartClock();
        using var noGrad = no_grad();
        foreach (var batch in _reader.Read(examples.Examples, examples.Preparation))
        {
            session.Observers.Tell(new BatchStarting(session, ImageClassificationDataset.Validation));
            if (session.MustStop)
            {
                return false;
            }

            using var scope = NewDisposeScope();
            var (values, labels) = _tensors.Of(batch, session.Settings.Device);
            var logits = network.forward(values);
            var loss = nn.functional.cross_entropy(logits, labels);
            _unread.Add(batch.Count, loss, logits, labels);
            if (_unread.IsFull)
            {
                figures.Add(_unread.Read());
            }
        }

        figures.Add(_unread.Read());
        return true;
    }

    public void Dispose()
    {
        _unread.Dispose();
        _tensors.Dispose();
        _reader.Dispose();
    }
}
