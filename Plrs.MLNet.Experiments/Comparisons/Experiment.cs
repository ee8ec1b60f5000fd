using Plrs.MLNet.Experiments.Folders;

namespace Plrs.MLNet.Experiments.Comparisons;

/// <summary>Makes the runs that are not finished, one after the other.</summary>
internal sealed class Experiment(ExperimentSettings settings, ExampleSet examples, RunFiles files, TorchDevice device, IProgressView view)
{
    /// <summary>Makes the runs of a share. What was finished before is not made again.</summary>
    /// <param name="share">The share.</param>
    /// <param name="stop">Ends the training after its current step; a checkpoint is written.</param>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public void Make(TaskShare share, CancellationToken stop = default)
    {
        var training = new ExperimentRun(settings, examples, files, device, view);
        foreach (var run in share.Of(settings.Runs()).Where(run => !files.IsFinished(run)))
        {
            stop.ThrowIfCancellationRequested();
            view.Finished(training.Make(run, stop), settings);
        }
    }
}
