
namespace Plrs.MLNet.Experiments.Reports;

/// <summary>Hands images that cannot be used to a lambda.</summary>
internal sealed class SkippedImages(Action<SkippedImage> report) : ITrainingObserver
{
    public void OnImageSkipped(SkippedImage image) => report(image);
}
