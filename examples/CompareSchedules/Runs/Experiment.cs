using CompareSchedules.Data;
using Microsoft.ML;
using Plrs.MLNet;
using Plrs.MLNet.Torch;

namespace CompareSchedules.Runs;

/// <summary>Makes the runs that are not finished, one after the other.</summary>
internal sealed class Experiment(ExperimentSettings settings, ExampleSet examples, RunFiles files, TorchDevice device, IProgressView view)
{
    private MLContext? _current;
    private volatile bool _isCancelled;

    /// <summary>Makes the runs of a share. What was finished before is not made again.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public void Make(TaskShare share)
    {
        var training = new TrainingRun(settings, examples, files, device, view);
        foreach (var run in share.Of(settings.Runs()).Where(run => !files.IsFinished(run)))
        {
            _current = new MLContext(run.Seed);
            if (_isCancelled)
            {
                throw new OperationCanceledException();
            }

            view.Finished(training.Make(run, _current), settings);
        }
    }

    /// <summary>Ends the training after its current step; a checkpoint is written.</summary>
    public void Cancel()
    {
        _isCancelled = true;
        _current?.CancelExecution();
    }
}
