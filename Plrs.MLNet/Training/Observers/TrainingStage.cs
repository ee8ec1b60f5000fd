namespace Plrs.MLNet;

/// <summary>What a training does before its steps on images; see <see cref="ITrainingObserver.OnStage"/>.</summary>
public enum TrainingStage
{
    /// <summary>Images are read and decoded; it is counted in images, those that cannot be used included.</summary>
    ReadingImages,

    /// <summary>A range test finds the bounds of PLRS. It is counted in steps: a sweep that ends early counts as whole.</summary>
    RangeTest,

    /// <summary>
    /// The features of the images are computed, on which the head is trained; it is counted in images. It is left out if a workspace has
    /// them.
    /// </summary>
    ComputingFeatures,

    /// <summary>The head is trained on features, before the first epoch on images; it is counted in epochs.</summary>
    TrainingHead,
}
