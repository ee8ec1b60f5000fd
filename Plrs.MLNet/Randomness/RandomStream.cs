namespace Plrs.MLNet.Randomness;

/// <summary>
/// What a random draw is for. Draws of different streams never share a value, though they have the same seed and index.
/// A number once given stays: another one would change the results of every seed.
/// </summary>
internal enum RandomStream : uint
{
    LearningRate = 0,
    Shuffle = 1,
    Augmentation = 2,
    Weights = 3,
    Split = 4,
    Dropout = 5,
    ResizedCrop = 6,
    ColorJitter = 7,
    Mixup = 8,
    MixupPartners = 9,
    Sampling = 10,
    Head = 11,

    /// <summary>The rates of an envelope, the next number those of the envelope's own, and so on.</summary>
    Envelopes = 1 << 16,
}
