using Plrs.MLNet.Common;

namespace Plrs.MLNet.Training;

/// <summary>
/// Writes the figures to a file that TensorBoard shows. A file that cannot be written any more ends the writing, not the training.
/// </summary>
/// <param name="folder">The folder.</param>
/// <param name="time">The clock.</param>
/// <param name="warn">Where a warning goes.</param>
internal sealed class TensorBoardObserver(string folder, TimeProvider time, Action<string> warn) : ITrainingObserver, IDisposable
{
    private const int StepsPerFlush = 16;

    private EventFile? _file;
    private bool _hasSteps;
    private int _unflushed;

    /// <exception cref="InvalidOperationException">The file cannot be made.</exception>
    public void OnStarting(int epochs, int stepsPerEpoch)
    {
        try
        {
            _file = new EventFile(folder, time);
        }
        catch (Exception e) when (FileFailure.Is(e))
        {
            throw new InvalidOperationException(
                $"No file can be written to the Reporting.TensorBoardFolder '{folder}': {Sentence.Of(e.Message)}", e);
        }
    }

    public void OnStep(StepMetrics metrics)
    {
        try
        {
            var step = metrics.Step.Index;
            if (!_hasSteps && step > 0)
            {
                _file?.AddStart(step);
            }

            _hasSteps = true;
            Add("step/loss", step, metrics.CrossEntropy);
            Add("step/accuracy", step, metrics.Accuracy);
            Add("step/learning rate", step, metrics.LearningRate);
            Add("step/gradient norm", step, metrics.GradientNorm);
            Add("step/smoothness", step, metrics.Smoothness);
            if (++_unflushed == StepsPerFlush)
            {
                Flush();
            }
        }
        catch (Exception e) when (FileFailure.Is(e))
        {
            GiveUp(e);
        }
    }

    public void OnEpoch(ImageClassificationMetrics training, ImageClassificationMetrics? validation)
    {
        try
        {
            Add("epoch/loss", training.Epoch, training.CrossEntropy);
            Add("epoch/accuracy", training.Epoch, training.Accuracy);
            Add("epoch/validation loss", training.Epoch, validation?.CrossEntropy);
            Add("epoch/validation accuracy", training.Epoch, validation?.Accuracy);
            Flush();
        }
        catch (Exception e) when (FileFailure.Is(e))
        {
            GiveUp(e);
        }
    }

    public void Dispose()
    {
        try
        {
            _file?.Dispose();
        }
        catch (Exception e) when (FileFailure.Is(e))
        {
            GiveUp(e);
        }
    }

    private void Add(string tag, long step, double? value)
    {
        if (value is { } number)
        {
            _file?.Add(tag, step, number);
        }
    }

    private void Flush()
    {
        _file?.Flush();
        _unflushed = 0;
    }

    private void GiveUp(Exception e)
    {
        _file = null;
        warn($"No more figures are written for TensorBoard to '{folder}': {Sentence.Of(e.Message)} Training goes on.");
    }
}
