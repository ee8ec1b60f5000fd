using Microsoft.ML.Runtime;
using Plrs.MLNet.Checkpoints;
using Plrs.MLNet.Images;
using Plrs.MLNet.Images.Batching;
using Plrs.MLNet.Schedules;
using Plrs.MLNet.Torch;
using TorchSharp;
using static TorchSharp.torch;
using Options = Plrs.MLNet.ImageClassification.TorchImageClassificationTrainer.Options;

namespace Plrs.MLNet.Training;

/// <summary>Trains one network on one data set: epochs of steps, each followed by a validation.</summary>
internal sealed class TrainingLoop : IDisposable
{
    private readonly IHost _host;
    private readonly Options _options;
    private readonly StopCondition _stop;
    private readonly Checkpointer? _checkpoints;
    private readonly TrainingState _state;
    private readonly TrainingPass _training;
    private readonly ValidationPass? _validation;

    public TrainingLoop(
        IHost host,
        Options options,
        ILearningRateSchedule schedule,
        TrainingData data,
        nn.Module<Tensor, Tensor> network,
        int seed,
        StopCondition stop,
        Checkpointer? checkpoints)
    {
        _host = host;
        _options = options;
        _stop = stop;
        _checkpoints = checkpoints;
        var device = options.Device.Resolve();
        network.to(device);
        _state = new TrainingState(options, schedule, network, BatchReader.BatchCount(data.TrainImages.Length, options.BatchSize));
        _training = new TrainingPass(host, options, data, seed, stop, checkpoints, _state, device);
        _validation = data.HasValidation ? new ValidationPass(host, options, data, stop, _state, device) : null;
    }

    /// <summary>
    /// Trains to the end, or until it is to stop. The network then has the best epoch's weights with early stopping, else the
    /// last ones.
    /// </summary>
    public void Run()
    {
        using var progress = _host.StartProgressChannel("Training");
        using var channel = _host.Start("Training");
        _checkpoints?.Resume(_state);
        string ending;
        try
        {
            ending = RunEpochs(progress, channel);
        }
        catch (OperationCanceledException)
        {
            _checkpoints?.Save(_state);
            throw;
        }

        if (_state.Steps == 0)
        {
            throw StopCondition.NoModel(ending);
        }

        _checkpoints?.Save(_state);
        _state.Best.Restore();
        if (!_state.IsFinite())
        {
            throw TrainingPass.Diverged("the weights are not all finite", _state, _checkpoints);
        }

        channel.Info($"Training ended after {_state.Steps} steps: {ending}.");
        _state.Network.to(CPU);
        _state.Network.eval();
    }

    public void Dispose()
    {
        _training.Dispose();
        _validation?.Dispose();
        _state.Dispose();
    }

    /// <returns>Why it ended.</returns>
    private string RunEpochs(IProgressChannel progress, IChannel channel)
    {
        while (_state.Epoch < _options.Epoch)
        {
            if (_state.Monitor is { ShouldStop: true })
            {
                return $"early stopping, {_options.EarlyStoppingCriteria!.Patience} epochs in a row without improvement";
            }

            if (!RunEpoch(progress, channel))
            {
                return _stop.Reason!;
            }

            _checkpoints?.AfterEpoch(_state);
        }

        return $"all {_options.Epoch} epochs are done";
    }

    /// <returns>Whether the epoch came to its end; not when training is to stop.</returns>
    private bool RunEpoch(IProgressChannel progress, IChannel channel)
    {
        if (!_training.Run())
        {
            return false;
        }

        var learningRate = _state.LearningRate(_state.Steps - 1);
        var watched = _state.Figures.ToMetrics(ImageClassificationDataset.Train, _state.Epoch, learningRate);
        if (_options.TestOnTrainSet)
        {
            _options.MetricsCallback?.Invoke(watched);
        }

        if (_validation is not null)
        {
            var figures = new EpochFigures();
            if (!_validation.Run(figures))
            {
                return false;
            }

            watched = figures.ToMetrics(ImageClassificationDataset.Validation, _state.Epoch, learningRate);
            _options.MetricsCallback?.Invoke(watched);
        }

        Report(progress, channel, watched);
        if (_state.Monitor is { } monitor)
        {
            monitor.Observe(watched.Accuracy, watched.CrossEntropy);
            if (monitor.IsBest)
            {
                _state.Best.Take();
            }
        }

        _state.EndEpoch();

        // TorchSharp's optimizers leave a few small native objects a step to the finalizer. Left there for long, they cut the memory that
        // tensors have freed into pieces that fit nothing, and the process grows.
        GC.Collect(0);
        return true;
    }

    private void Report(IProgressChannel progress, IChannel channel, ImageClassificationMetrics watched)
    {
        var done = _state.Epoch + 1;
        progress.SetHeader(
            new ProgressHeader(["Loss", "Accuracy"], ["epochs"]),
            entry => entry.SetProgress(0, done, _options.Epoch));
        progress.Checkpoint(_state.Figures.CrossEntropy, watched.Accuracy, done);
        channel.Info(watched.ToString());
    }
}
