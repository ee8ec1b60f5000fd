using Plrs.MLNet.Schedules;
using TorchSharp;
using static TorchSharp.torch;

namespace Plrs.MLNet.Training;

/// <summary>
/// Trains one network on one data set: epochs of steps, each followed by a validation. It announces what happens, and the observers act:
/// it knows none of them by name, and trains as well without any.
/// </summary>
internal sealed class TrainingSession : IDisposable
{
    private readonly TrainingPass _training;
    private readonly ValidationPass? _validation;
    private StopCause? _stopCause;

    /// <param name="settings">The settings.</param>
    /// <param name="data">What to train and to validate on.</param>
    /// <param name="network">The network, which has the trained weights in the end: a batch of examples to logits.</param>
    /// <param name="observers">The observers, in their order. They are disposed of with the session.</param>
    public TrainingSession(
        SessionSettings settings, SessionData data, nn.Module<Tensor, Tensor> network, IEnumerable<TrainingObserver> observers)
    {
        Settings = settings;
        Data = data;
        Observers = new TrainingObservers(observers);
        network.to(settings.Device);
        State = new TrainingState(settings, network, settings.StepsOf(data.Training.Count).Count)
        {
            StepRead = (step, figures) => Observers.Tell(new StepRead(this, new TrainingStep(step, State!.StepsPerEpoch), figures)),
        };
        _training = new TrainingPass(this, data.Training);
        _validation = data.Validation is { } validation ? new ValidationPass(this, validation) : null;
    }

    public SessionSettings Settings { get; }

    public SessionData Data { get; }

    public TrainingState State { get; }

    public TrainingObservers Observers { get; }

    /// <summary>Whether to make no more steps. The passes ask before each batch, the session between epochs.</summary>
    public bool MustStop => _stopCause is not null;

    /// <summary>Asks to make no more steps; the first cause counts.</summary>
    /// <param name="cause">Why.</param>
    public void Stop(StopCause cause) => _stopCause ??= cause;

    /// <summary>Trains to the end, or until an observer asks to stop. The network is on the CPU then, for evaluation.</summary>
    /// <exception cref="TrainingDivergedException">It diverged.</exception>
    /// <exception cref="TrainingStoppedException">It was stopped before there was a model.</exception>
    public void Run()
    {
        try
        {
            Observers.Tell(new SessionStarting(this));
            var cause = Train();
            State.IsWhole = false;
            Observers.Tell(new SessionCompleting(this));
            CheckWeights();

            // A move would leave the groups with tensors that are gone.
            State.ReleaseGroups();
            State.Network.to(CPU);
            State.Network.eval();
            Observers.Tell(new SessionCompleted(this, cause));
        }
        catch (Exception e)
        {
            var failed = new SessionFailed(this, e);
            Observers.Tell(failed);
            if (e is TrainingDivergedException diverged)
            {
                throw diverged.With(failed.Sentences);
            }

            throw;
        }
    }

    /// <summary>Writes the state, and those of the observers.</summary>
    public void Write(BinaryWriter writer)
    {
        State.Write(writer);
        Observers.WriteStates(writer);
    }

    /// <summary>Goes on from the state that a session with the same settings had after some steps.</summary>
    /// <exception cref="FormatException">The state is that of another session, or damaged.</exception>
    /// <exception cref="EndOfStreamException">The data ends too early.</exception>
    public void Read(BinaryReader reader, long steps)
    {
        State.IsWhole = false;
        State.Read(reader, steps);
        Observers.ReadStates(reader);
        State.IsWhole = true;
    }

    public void Dispose()
    {
        _training.Dispose();
        _validation?.Dispose();
        State.Dispose();
        Observers.Dispose();
    }

    /// <summary>Makes the steps. When they diverge, it is for the observers to say whether there is a model all the same.</summary>
    /// <returns>Why it ended.</returns>
    private StopCause Train()
    {
        try
        {
            var cause = RunEpochs();
            if (!State.IsModel)
            {
                throw new TrainingStoppedException(cause);
            }

            State.CheckLosses();
            CheckWeights();
            Observers.Tell(new SessionStopped(this, cause));
            return cause;
        }
        catch (TrainingDivergedException e)
        {
            var diverged = new SessionDiverged(this, e);
            Observers.Tell(diverged);
            if (diverged.ModelOfEpoch is not { } epoch)
            {
                throw;
            }

            return new StopCause(StopReason.Diverged, $"it diverged, and the model is that of epoch {epoch}");
        }
    }

    private void CheckWeights()
    {
        if (!State.HasFiniteWeights())
        {
            throw new TrainingDivergedException("the weights are not all finite", State, State.Steps - 1);
        }
    }

    /// <returns>Why it ended.</returns>
    private StopCause RunEpochs()
    {
        while (State.Epoch < Settings.Epochs)
        {
            Observers.Tell(new EpochStarting(this, State.Epoch));
            State.BeginEpoch();
            if (MustStop || !RunEpoch())
            {
                return _stopCause!;
            }
        }

        return new StopCause(StopReason.Completed, Settings.Epochs == 1 ? "the epoch is done" : $"all {Settings.Epochs} epochs are done");
    }

    /// <returns>Whether the epoch came to its end; not when training is to stop.</returns>
    private bool RunEpoch()
    {
        State.Figures.StartClock();
        if (!_training.Run())
        {
            return false;
        }

        State.CheckLosses();
        State.Figures.StopClock();
        var epoch = State.Epoch;
        var learningRate = State.LearningRate(State.Steps - 1);
        var train = State.Figures.ToMetrics(ImageClassificationDataset.Train, epoch, learningRate);
        Observers.Tell(new EpochTrained(this, train));

        var figures = new EpochFigures();
        if (_validation?.Run(figures) == false)
        {
            return false;
        }

        State.EndEpoch();
        Observers.Tell(
            new EpochDone(
                this, train, _validation is null ? null : figures.ToMetrics(ImageClassificationDataset.Validation, epoch, learningRate)));

        // TorchSharp leaves a few small native objects a step to the finalizer. Left there for long, they cut the memory that
        // tensors have freed into pieces that fit nothing, and the process grows.
        GC.Collect(0);
        return true;
    }
}
