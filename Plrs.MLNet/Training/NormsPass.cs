using Plrs.MLNet.Images;
using Plrs.MLNet.Images.Batching;
using Plrs.MLNet.Networks;
using Plrs.MLNet.Randomness;
using static TorchSharp.torch;

namespace Plrs.MLNet.Training;

/// <summary>
/// Makes the running statistics of a session's batch norms the mean of those of the training images' batches, with the weights that the network has. What they were
/// before does not count. A network without batch norms, or of which that is not known, stays as it is.
/// </summary>
internal sealed class NormsPass(TrainingSession session, TrainingData data) : IDisposable
{
    private readonly BatchReader _reader = new(data.TrainSet, BatchMemory.Capacity(session.Settings.BatchSize, data.TrainImages.Length));
    private readonly BatchTensors _tensors = new();

    /// <summary>Goes over the images in the order of the epoch's steps, without random changes; not to the end when the session is to stop.</summary>
    public void Run()
    {
        var (settings, state) = (session.Settings, session.State);
        if (state.Network is not INormedNetwork norms)
        {
            return;
        }

        var order = data.TrainImages.ToArray();
        Shuffle.InPlace(order, settings.Seed, RandomStream.Shuffle, state.Epoch);
        var count = EpochSteps.ImageCount(order.Length, settings.BatchSize, settings.MinimumLastBatchSize);
        var batches = 0;

        state.Network.train();
        using var noGrad = no_grad();
        try
        {
            foreach (var batch in _reader.Read(order.AsMemory(..count), (pixels, _, values) => data.Normalization.Apply(pixels, values)))
            {
                session.Observers.Tell(new BatchStarting(session, ImageClassificationDataset.Train));
                if (session.IsStopping)
                {
                    return;
                }

                using var scope = NewDisposeScope();
                norms.NormMomentum = 1.0 / ++batches;
                (state.Network as IRandomNetwork)?.BeginStep(state.Steps);
                state.Network.forward(_tensors.Of(batch, settings.Device).Images.to(settings.Precision.ImageType()));
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
