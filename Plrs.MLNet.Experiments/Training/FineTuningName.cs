namespace Plrs.MLNet.Experiments.Training;

/// <summary>The ways to train a network.</summary>
internal enum FineTuningName
{
    /// <summary>From weights for ImageNet: the head first, then the layers below it, from the top on.</summary>
    Gradual,

    /// <summary>From weights for ImageNet: all layers at once.</summary>
    Full,

    /// <summary>From weights for ImageNet: the head alone.</summary>
    Head,

    /// <summary>All layers, from random weights.</summary>
    Scratch,
}
