using Plrs.MLNet.Schedules;

namespace Plrs.MLNet.Training;

/// <summary>
/// Decides by the figures of the steps, in their order, what a training shows. docs/instability.md has the rules with their reasons.
/// </summary>
/// <param name="classCount">The number of classes.</param>
internal sealed class InstabilityMonitor(int classCount)
{
    private const int LossesCompared = 10;
    private const int NormsOfStart = 10;
    private const int NormsCompared = 50;
    private const int EstimatesCompared = 5;
    private const int FewEstimates = 3;
    private const double LeastLossRise = 0.5;
    private const double LossScatter = 4;
    private const double NormRise = 10;

    // Gradient descent on a quadratic function diverges from 2/β on.
    private const double ClearlyAbove = 2;

    private const int MostSignals = 1 << 16;

    private readonly RecentValues _losses = new(LossesCompared);
    private readonly RecentValues _norms = new(NormsCompared);
    private readonly RecentValues _estimates = new(EstimatesCompared);
    private readonly List<InstabilitySignal> _signals = [];
    private float _lowestLoss = float.PositiveInfinity;
    private float _normAtStart;
    private double? _lastRate;

    /// <summary>What was shown so far: each kind once an epoch at most, the rate above the smoothness once.</summary>
    public IReadOnlyList<InstabilitySignal> Signals => _signals;

    /// <summary>Takes a step.</summary>
    /// <param name="step">The step.</param>
    /// <param name="largestRate">L_max, or not a number where 1/β says nothing of it.</param>
    /// <param name="figures">What the step gave.</param>
    public void Add(TrainingStep step, double largestRate, in BatchFigures figures)
    {
        var lastRate = _lastRate ?? figures.LearningRate;
        _lastRate = figures.LearningRate;
        AddLoss(step, lastRate, figures);
        AddNorm(step, lastRate, figures.GradientNorm);
        if (!float.IsNaN(figures.Smoothness))
        {
            AddEstimate(step, lastRate, largestRate, figures.Smoothness);
        }
    }

    /// <summary>Other weights are trained from now on, so gradients are no longer what they were.</summary>
    public void RestartGradients()
    {
        _norms.Clear();
        _estimates.Clear();
    }

    public void Write(BinaryWriter writer)
    {
        _losses.Write(writer);
        _norms.Write(writer);
        _estimates.Write(writer);
        writer.Write(_lowestLoss);
        writer.Write(_normAtStart);
        writer.Write(_lastRate ?? 0);
        writer.Write(_signals.Count);
        foreach (var signal in _signals)
        {
            writer.Write((int)signal.Kind);
            writer.Write(signal.Step.Index);
            writer.Write(signal.Step.StepsPerEpoch);
            writer.Write(signal.LearningRate);
            writer.Write(signal.Value);
            writer.Write(signal.Limit);
        }
    }

    /// <exception cref="FormatException">The data is damaged.</exception>
    public void Read(BinaryReader reader)
    {
        _losses.Read(reader);
        _norms.Read(reader);
        _estimates.Read(reader);
        (_lowestLoss, _normAtStart, _lastRate) = (reader.ReadSingle(), reader.ReadSingle(), reader.ReadDouble());
        _signals.Clear();
        for (var count = reader.ReadInt32(); count > 0; count--)
        {
            _signals.Add(new InstabilitySignal
            {
                Kind = (InstabilityKind)reader.ReadInt32(),
                Step = new TrainingStep(reader.ReadInt64(), reader.ReadInt32()),
                LearningRate = reader.ReadDouble(),
                Value = reader.ReadDouble(),
                Limit = reader.ReadDouble(),
            });
        }
    }

    private void AddLoss(TrainingStep step, double lastRate, in BatchFigures figures)
    {
        if (_losses.Count > 0)
        {
            var rise = Math.Max(LeastLossRise, LossScatter / Math.Sqrt(figures.Images));
            var limit = Math.Max(_lowestLoss, Math.Log(classCount)) * (1 + rise);
            if (figures.Loss > limit)
            {
                Tell(InstabilityKind.LossSpike, step, lastRate, figures.Loss, limit);
            }
        }

        _losses.Add(figures.Loss);
        _lowestLoss = MathF.Min(_lowestLoss, _losses.Median());
    }

    private void AddNorm(TrainingStep step, double lastRate, float norm)
    {
        var limit = _norms.Count < NormsOfStart ? double.PositiveInfinity : NormRise * Math.Max(_normAtStart, _norms.Median());
        if (norm > limit || !float.IsFinite(norm))
        {
            Tell(InstabilityKind.ExplodingGradient, step, lastRate, norm, limit);
        }

        if (!float.IsFinite(norm))
        {
            return;
        }

        _norms.Add(norm);
        if (_norms.Count <= NormsOfStart)
        {
            _normAtStart = _norms.Median();
        }
    }

    private void AddEstimate(TrainingStep step, double lastRate, double largestRate, float estimate)
    {
        _estimates.Add(estimate);
        var smoothness = _estimates.Median();
        var most = _estimates.Count < FewEstimates ? ClearlyAbove : 1;
        if (largestRate * smoothness >= most && !_signals.Exists(signal => signal.Kind == InstabilityKind.RateAboveSmoothness))
        {
            Tell(InstabilityKind.RateAboveSmoothness, step, lastRate, largestRate, 1.0 / smoothness);
        }
    }

    private void Tell(InstabilityKind kind, TrainingStep step, double lastRate, double value, double limit)
    {
        if (_signals.Count < MostSignals && !_signals.Exists(signal => signal.Kind == kind && signal.Step.Epoch == step.Epoch))
        {
            _signals.Add(new InstabilitySignal { Kind = kind, Step = step, LearningRate = lastRate, Value = value, Limit = limit });
        }
    }
}
