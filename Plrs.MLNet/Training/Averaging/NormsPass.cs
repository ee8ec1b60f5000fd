using Plrs.MLNet.Images;
using Plrs.MLNet.Networks;
using static TorchSharp.torch;

namespace Plrs.MLNet.Training;

/// <summary>
/// Makes the running statistics of a session's batch norms the mean of those of the training images' batches, with the weights that the
/// network has. What they were before does not count. A network without batch norms, or of which that is not known, stays as it is.
/// </summary>
internal sealed class NormsPass(TrainingSession session) : IDisposable
{
    private readonly BatchReader _reader = session.Data.Training.CreateReader(session.Settings.BatchSize);
    private readonly BatchTensors _tensors = new();

    /// <summary>
    /// Goes over the images in the order of the epoch's steps, without random changes; not at all when the session is to stop before the
    /// first of them; statistics of a few would be none to go by.
    /// </summary>
    public void Run()
    {
        var (settings, state) = (session.Settings, session.State);
        if (state.Network is not INormedNetwork norms)
        {
            return;
        }

        var examples = session.Data.Training;
        var order = EpochOrder.OfAll(examples, settings.Seed, state.Epoch).Examples;
        var count = settings.StepsOf(order.Length).TrainedImages;
        var batches = 0;

        state.Network.train();
        using var noGrad = no_grad();
        try
        {
            foreach (var batch in _reader.Read(order[..count], examples.Preparation))
            {
                session.Observers.Tell(new BatchStarting(session, ImageClassificationDataset.Train));
                if (session.MustStop && batches == 0)
                {
                    return;
                }

                using var scope = NewDisposeScope();
                norms.NormMomentum = 1.0 / ++batches;
                (state.Network as IRandomNetwork)?.BeginStep(state.Steps);
                state.Network.forward(_tensors.Of(batch, settings.Device).Values.to(settings.Precision.ImageType()));
            }
        }
        finally
        {
            norms.NormMomentum = null;
        }
    }

    public void Dispose()
    {
        _tensors.Dispose();
        _reader.Dispose();
    }
}
