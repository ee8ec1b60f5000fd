using Plrs.MLNet.Checkpoints;
using Plrs.MLNet.Networks;
using Plrs.MLNet.Schedules;
using Plrs.MLNet.Torch;
using static TorchSharp.torch;
using Options = Plrs.MLNet.ImageClassification.TorchImageClassificationTrainer.Options;

namespace Plrs.MLNet.Training;

/// <summary>All that changes while a network is trained, and so all that a checkpoint has to hold.</summary>
internal sealed class TrainingState : IDisposable
{
    private readonly FlatParameters _parameters;

    public TrainingState(Options options, ILearningRateSchedule schedule, nn.Module<Tensor, Tensor> network, int stepsPerEpoch)
    {
        Network = network;
        _parameters = new FlatParameters(network);
        Optimizer = options.Optimizer.Create([_parameters.All], options.LearningRate);
        Scheduler = new ScheduleLR(Optimizer, schedule, stepsPerEpoch);
        Monitor = options.EarlyStoppingCriteria is { } criteria ? new EarlyStoppingMonitor(criteria) : null;
        Best = new WeightsSnapshot(network);
    }

    public nn.Module<Tensor, Tensor> Network { get; }

    public optim.Optimizer Optimizer { get; }

    public ScheduleLR Scheduler { get; }

    public EarlyStoppingMonitor? Monitor { get; }

    /// <summary>The weights of the best epoch so far, where early stopping asks for them.</summary>
    public WeightsSnapshot Best { get; }

    /// <summary>The number of epochs that are trained and validated.</summary>
    public int Epoch { get; private set; }

    /// <summary>The training figures of the epoch in progress.</summary>
    public EpochFigures Figures { get; private set; } = new();

    public long Steps => Scheduler.Position;

    /// <summary>The number of steps done in the epoch in progress: as many as it has, when only the validation is left.</summary>
    public int StepInEpoch => (int)(Steps - ((long)Epoch * Scheduler.StepsPerEpoch));

    /// <summary>The rate of any step.</summary>
    public double LearningRate(long step) => Scheduler.Schedule.GetCheckedLearningRate(new TrainingStep(step, Scheduler.StepsPerEpoch));

    public void EndEpoch()
    {
        Epoch++;
        Figures = new EpochFigures();
    }

    /// <summary>Whether all weights and buffers are numbers.</summary>
    public bool IsFinite()
    {
        using var scope = NewDisposeScope();
        return Network.state_dict().Values.All(tensor => tensor.isfinite().all().item<bool>());
    }

    public void Write(BinaryWriter writer)
    {
        writer.Write(Epoch);
        Figures.Write(writer);
        WeightsFormat.Write(writer, Network);
        OptimizerStateFormat.Write(writer, Optimizer);
        Best.Write(writer);
        Monitor?.Write(writer);
    }

    /// <summary>Goes on from the state that a run with the same settings had after some steps.</summary>
    /// <exception cref="FormatException">The state is that of another network, or damaged.</exception>
    /// <exception cref="EndOfStreamException">The data ends too early.</exception>
    public void Read(BinaryReader reader, long steps)
    {
        Epoch = reader.ReadInt32();
        var stepsBefore = (long)Epoch * Scheduler.StepsPerEpoch;
        if (Epoch < 0 || steps < stepsBefore || steps > stepsBefore + Scheduler.StepsPerEpoch)
        {
            throw new FormatException($"it claims that {Epoch} epochs are done after {steps} steps of {Scheduler.StepsPerEpoch} an epoch");
        }

        Figures = EpochFigures.Read(reader);
        WeightsFormat.Read(reader, Network);
        OptimizerStateFormat.Read(reader, Optimizer);
        Best.Read(reader);
        Monitor?.Read(reader);
        Scheduler.Position = steps;
    }

    public void Dispose()
    {
        Best.Dispose();
        Optimizer.Dispose();
        _parameters.Dispose();
    }
}
