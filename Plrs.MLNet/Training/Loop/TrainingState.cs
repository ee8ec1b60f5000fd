using System.Globalization;
using Plrs.MLNet.Schedules;
using Plrs.MLNet.Torch;
using static TorchSharp.torch;

namespace Plrs.MLNet.Training;

/// <summary>
/// All that changes while a session trains its network. With the states of the observers, it is what a checkpoint has to hold.
/// </summary>
internal sealed class TrainingState : IDisposable
{
    // For the ends of names, and the numbers of steps.
    private const int BytesBesideStateTensor = 128;

    private readonly ParameterGroups _groups;
    private BatchFigures _last;
    private TrainingDivergedException? _divergence;

    public TrainingState(SessionSettings settings, nn.Module<Tensor, Tensor> network, int stepsPerEpoch)
    {
        Network = network;
        Unread = new FiguresLedger(settings.StepsPerReading, settings.Device);
        var plans = settings.Groups ?? ParameterGroups.Plan(network, settings.Optimizer.DecaysNormsAndBiases);
        Infinite = InfiniteFromTheStart(network, plans);
        _groups = new ParameterGroups(network, plans);

        // The scheduler sets the rates before the first step.
        Optimizer = settings.Optimizer.Create(_groups, learningRate: 1);
        Scheduler = new ScheduleLR(Optimizer, settings.Schedule, stepsPerEpoch, [.. _groups.Select(group => group.Plan.RateFactor)]);
    }

    public nn.Module<Tensor, Tensor> Network { get; }

    /// <summary>The groups of parameters that are trained.</summary>
    public ParameterGroups Groups => _groups;

    /// <summary>
    /// The tensors that are not trained and are not finite from the start, such as a mask of −∞: they are neither averaged nor checked.
    /// </summary>
    public IReadOnlySet<string> Infinite { get; }

    public optim.Optimizer Optimizer { get; }

    public ScheduleLR Scheduler { get; }

    public int StepsPerEpoch => Scheduler.StepsPerEpoch;

    /// <summary>The number of epochs that are trained and validated.</summary>
    public int Epoch { get; private set; }

    /// <summary>The last steps' figures, before they are read.</summary>
    public FiguresLedger Unread { get; }

    /// <summary>Called with the number of each step and its figures when these are read, or <see langword="null"/>.</summary>
    public Action<long, BatchFigures>? StepRead { get; set; }

    /// <summary>The training figures of the epoch in progress, of the steps that are read.</summary>
    public EpochFigures Figures { get; private set; } = new();

    public long Steps => Scheduler.Position;

    /// <summary>The number of steps done in the epoch in progress: as many as it has, when only the validation is left.</summary>
    public int StepInEpoch => (int)(Steps - ((long)Epoch * StepsPerEpoch));

    /// <summary>
    /// Whether it is that between two steps, from which a run can go on; not in the middle of one, or when the network has got other
    /// weights.
    /// </summary>
    public bool IsWhole { get; set; } = true;

    /// <summary>Whether the network has learnt something: in a step, or by what was done before the first.</summary>
    public bool IsModel
    {
        get => field || Steps > 0;
        set;
    }

    /// <summary>The number of bytes that it takes in a checkpoint, or a few more.</summary>
    public static long Length(nn.Module network, OptimizerOptions optimizer)
    {
        var parameters = network.named_parameters().ToDictionary(entry => entry.name, entry => (Tensor)entry.parameter);
        return NamedTensors.Length(network.state_dict())
            + (optimizer.StateTensors * (NamedTensors.Length(parameters) + (BytesBesideStateTensor * parameters.Count)));
    }

    /// <summary>The rate of any step.</summary>
    public double LearningRate(long step) => Scheduler.Schedule.GetCheckedLearningRate(new TrainingStep(step, StepsPerEpoch));

    /// <summary>
    /// Before the first step of an epoch, or the first after a resume: lets the parameters be trained whose time has come.
    /// </summary>
    public void BeginEpoch()
    {
        foreach (var group in _groups)
        {
            var isTrained = Epoch >= group.Plan.FirstEpoch;
            if (group.IsTrained != isTrained)
            {
                group.IsTrained = isTrained;
            }
        }
    }

    public void EndEpoch()
    {
        Epoch++;
        Figures = new EpochFigures();
    }

    /// <summary>Reads what the steps gave.</summary>
    /// <exception cref="TrainingDivergedException">A loss is not a number. The state is not whole then.</exception>
    public void CheckLosses()
    {
        ReadSteps();
        if (_divergence is not null)
        {
            throw _divergence;
        }
    }

    /// <summary>The figures of the last step, as they are reported.</summary>
    /// <exception cref="TrainingDivergedException">A loss is not a number. The state is not whole then.</exception>
    public StepMetrics ReadMetrics(in StepDone done)
    {
        CheckLosses();
        return MetricsOf(done.Session.Settings, done.Step, _last with { Images = done.BatchSize, LearningRate = done.LearningRate });
    }

    /// <summary>The figures of a step that is read, as they are reported.</summary>
    public StepMetrics MetricsOf(SessionSettings settings, TrainingStep step, in BatchFigures figures) => new()
    {
        Step = step,
        LearningRate = figures.LearningRate,
        BatchSize = figures.Images,
        CrossEntropy = figures.Loss,
        Accuracy = (float)figures.Correct / figures.Images,
        ImagesPerSecond = Figures.ImagesPerSecond,
        GradientNorm = settings.MeasuresGradients ? figures.GradientNorm : null,
        Smoothness = float.IsNaN(figures.Smoothness) ? null : figures.Smoothness,
    };

    /// <summary>Whether all losses, weights and buffers are numbers, but those that never were.</summary>
    public bool IsFinite()
    {
        ReadSteps();
        return _divergence is null && HasFiniteWeights();
    }

    /// <summary>Whether all weights and buffers are numbers, whatever a loss was.</summary>
    public bool HasFiniteWeights()
    {
        using var scope = NewDisposeScope();
        return Network.state_dict().All(entry => Infinite.Contains(entry.Key) || entry.Value.isfinite().all().item<bool>());
    }

    public void Write(BinaryWriter writer)
    {
        ReadSteps();
        writer.Write(Epoch);
        Figures.Write(writer);
        NamedTensors.Write(writer, Network.state_dict());
        OptimizerMemory.Write(writer, Optimizer, _groups);
    }

    /// <summary>Goes on from the state that a session with the same settings had after some steps.</summary>
    /// <exception cref="FormatException">The state is that of another network, or damaged.</exception>
    /// <exception cref="EndOfStreamException">The data ends too early.</exception>
    public void Read(BinaryReader reader, long steps)
    {
        Epoch = reader.ReadInt32();
        var stepsBefore = (long)Epoch * StepsPerEpoch;
        if (Epoch < 0 || steps < stepsBefore || steps > stepsBefore + StepsPerEpoch)
        {
            throw new FormatException($"it claims that {Epoch} epochs are done after {steps} steps of {StepsPerEpoch} an epoch");
        }

        Figures = EpochFigures.Read(reader);
        NamedTensors.Read(reader, Network.state_dict());
        OptimizerMemory.Read(reader, Optimizer, _groups, group => steps > (long)group.Plan.FirstEpoch * StepsPerEpoch);
        Scheduler.Position = steps;
    }

    /// <summary>Ends the training of the network, which may be moved to another device then.</summary>
    public void ReleaseGroups()
    {
        Optimizer.Dispose();
        _groups.Dispose();
    }

    public void Dispose()
    {
        ReleaseGroups();
        Unread.Dispose();
    }

    private static HashSet<string> InfiniteFromTheStart(nn.Module network, IReadOnlyList<ParameterGroupPlan> plans)
    {
        using var scope = NewDisposeScope();
        return network.state_dict().ExceptBy(plans.SelectMany(plan => plan.Parameters), entry => entry.Key)
            .Where(entry => entry.Value.is_floating_point() && !entry.Value.isfinite().all().item<bool>())
            .Select(entry => entry.Key).ToHashSet(StringComparer.Ordinal);
    }

    private void ReadSteps()
    {
        if (Unread.Count == 0 || _divergence is not null)
        {
            return;
        }

        var step = Steps - Unread.Count;
        foreach (var figures in Unread.Read())
        {
            if (!float.IsFinite(figures.Loss))
            {
                IsWhole = false;
                _divergence = new TrainingDivergedException(
                    string.Create(CultureInfo.InvariantCulture, $"the loss is {figures.Loss}"), this, step);
                return;
            }

            Figures.Add(figures);
            _last = figures;
            StepRead?.Invoke(step, figures);
            step++;
        }
    }
}
