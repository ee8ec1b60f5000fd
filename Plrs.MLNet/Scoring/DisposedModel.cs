namespace Plrs.MLNet.Scoring;

/// <summary>What a model says that was disposed of, most often together with another prediction engine.</summary>
internal static class DisposedModel
{
    private const string Message =
        "The model was disposed of. " +
        "Disposing of a prediction engine disposes of its model too, and of any other engine's that shares it: " +
        "create engines that share a model with new PredictionEngineOptions { OwnsTransformer = false }.";

    /// <exception cref="ObjectDisposedException"><paramref name="isDisposed"/>.</exception>
    public static void ThrowIf(bool isDisposed)
    {
        if (isDisposed)
        {
            throw new ObjectDisposedException("TorchImageClassificationModelParameters", Message);
        }
    }
}
