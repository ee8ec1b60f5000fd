using Plrs.MLNet.Images.Caching;
using Plrs.MLNet.RangeTest;
using Plrs.MLNet.Training;
using Plrs.MLNet.Training.Signals;
using static TorchSharp.torch;

namespace Plrs.MLNet.ImageClassification;

/// <summary>All that is there before the first step of a run.</summary>
/// <param name="Network">The network, with the weights that it starts from.</param>
/// <param name="ClassNames">The names of its classes.</param>
/// <param name="Start">What its training starts from.</param>
/// <param name="Data">The images.</param>
/// <param name="Cache">Where these are kept.</param>
/// <param name="Settings">The settings of its training.</param>
/// <param name="Stop">When it is to end early.</param>
internal sealed record PreparedRun(
    nn.Module<Tensor, Tensor> Network, string[] ClassNames, StartingPoint Start, TrainingData Data, ImageCache Cache, TrainingSettings Settings, StopCondition Stop)
{
    /// <summary>The user's observers, and what writes lines about the progress.</summary>
    public IReadOnlyList<ITrainingObserver> Told { get; init; } = [];

    /// <summary>What finds signs of instability, or <see langword="null"/>.</summary>
    public InstabilityMonitor? Monitor { get; init; }

    /// <summary>The bounds that a range test found for the run, or <see langword="null"/> where it made none.</summary>
    public PlrsBounds? FoundBounds { get; init; }
}
