namespace Plrs.MLNet.Records;

/// <summary>The images of a training in numbers.</summary>
public sealed class ImagesRecord
{
    /// <summary>The number of images that were trained on.</summary>
    public int Training { get; init; }

    /// <summary>The number of images that were validated on.</summary>
    public int Validation { get; init; }

    /// <summary>The number of images that could not be used, those for the validation included.</summary>
    public int Skipped { get; init; }

    /// <summary>The number of classes.</summary>
    public int ClassCount { get; init; }

    /// <summary>
    /// The way that images were brought to the network's size; empty for a model of a version that did not say so, which used SkiaSharp's
    /// medium filter.
    /// </summary>
    public string Resampling { get; init; } = "";

    /// <summary>The classes in the order of the scores: the first 1,000.</summary>
    public IReadOnlyList<ClassRecord> Classes { get; init; } = [];
}

/// <summary>The images of a class in numbers.</summary>
public sealed class ClassRecord
{
    /// <summary>The class's name, its first 200 characters.</summary>
    public string Name { get; init; } = "";

    /// <summary>The number of its images that were trained on.</summary>
    public int Training { get; init; }

    /// <summary>The number of its images that were validated on.</summary>
    public int Validation { get; init; }
}
