using Plrs.MLNet.Images;
using Plrs.MLNet.Networks;
using Plrs.MLNet.Randomness;
using Plrs.MLNet.Schedules;
using static TorchSharp.torch;

namespace Plrs.MLNet.Training;

/// <summary>
/// Makes an epoch's steps. Order, changes to the images and rates depend on the seed and on where the run is, never on what was drawn
/// before.
/// </summary>
internal sealed class TrainingPass(TrainingSession session, SessionExamples examples) : IDisposable
{
    private readonly SessionSettings _settings = session.Settings;
    private readonly TrainingState _state = session.State;
    private readonly BatchReader _reader = examples.CreateReader(session.Settings.BatchSize);
    private readonly BatchTensors _tensors = new();
    private readonly TrainingLoss _loss = new(session.Settings);
    private readonly GradientProbe? _probe =
        session.Settings.MeasuresGradients ? new GradientProbe(session.State.Network, session.State.Groups) : null;

    /// <summary>
    /// Makes the steps of the epoch that are left to make: all, or those after the checkpoint that the run was resumed from.
    /// </summary>
    /// <returns>Whether it came to the end; not when it is to stop.</returns>
    public bool Run()
    {
        var order = _settings.SamplesClassesEqually
            ? EpochOrder.OfEqualClasses(examples, _settings.Seed, _state.Epoch)
            : EpochOrder.OfAll(examples, _settings.Seed, _state.Epoch);
        var count = _settings.StepsOf(order.Examples.Length).TrainedImages;
        var done = (int)Math.Min((long)_state.StepInEpoch * _settings.BatchSize, count);
        var rest = order[done..count];

        _state.Network.train();
        foreach (var batch in _reader.Read(rest.Examples, examples.PreparationOf(rest)))
        {
            session.Observers.Tell(new BatchStarting(session, ImageClassificationDataset.Train));
            if (session.MustStop)
            {
                return false;
            }

            var position = new TrainingStep(_state.Steps, _state.StepsPerEpoch);
            var learningRate = _state.Scheduler.LearningRate;
            _state.IsWhole = false;
            SeedStep(position.Index);
            Step(batch, learningRate);
            if (_state.Unread.IsFull)
            {
                _state.CheckLosses();
            }

            _state.IsWhole = true;
            session.Observers.Tell(new StepDone(session, position, learningRate, batch.Count));
        }

        return true;
    }

    public void Dispose()
    {
        _loss.Dispose();
        _tensors.Dispose();
        _reader.Dispose();
    }

    private void SeedStep(long step)
    {
        if (_state.Network is IRandomNetwork network)
        {
            network.BeginStep(step);
            return;
        }

        // Another module draws from torch's own generator, if it draws at all.
        using var generator = manual_seed(unchecked((long)Philox4x32.Bits(_settings.Seed, RandomStream.Dropout, step)));
    }

    private void Step(Batch batch, double learningRate)
    {
        using var scope = NewDisposeScope();
        var (values, labels) = _tensors.Of(batch, _settings.Device);
        var (logits, loss) = _loss.Forward(_state.Network, values, labels, _state.Steps);

        _state.Optimizer.zero_grad();
        loss.backward();
        _settings.Reduction?.Reduce(_state.Groups, _state.Steps, batch.Count);
        var norm = _probe?.Norm();
        var smoothness = _settings.ProbesSmoothnessAt(_state.Steps) ? Smoothness(values, labels) : null;
        _state.Optimizer.step();
        _state.Scheduler.step();
        _state.Unread.Add(batch.Count, loss, logits, labels, learningRate, norm, smoothness);
    }

    // A method of its own, so that steps without an estimate make no closure.
    private Tensor? Smoothness(Tensor values, Tensor labels) => _probe?.Smoothness(() => Backward(values, labels));

    /// <summary>Makes the gradient of the current step's batch once more: what the network draws at random is the same.</summary>
    private void Backward(Tensor values, Tensor labels)
    {
        SeedStep(_state.Steps);
        var (_, loss) = _loss.Forward(_state.Network, values, labels, _state.Steps);
        _state.Optimizer.zero_grad();
        loss.backward();
        _settings.Reduction?.Reduce(_state.Groups, _state.Steps, (int)labels.shape[0]);
    }
}
