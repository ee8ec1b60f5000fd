namespace Plrs.MLNet.Experiments.Folders;

/// <summary>An image and its class.</summary>
/// <param name="Label">The name of the class.</param>
/// <param name="Name">Where the image is, for messages.</param>
/// <param name="Read">Gives the encoded image.</param>
internal sealed record Example(string Label, string Name, Func<byte[]> Read);

/// <summary>What is trained on and tested with.</summary>
/// <param name="Name">The name of its folder.</param>
/// <param name="Train">The images to train on.</param>
/// <param name="Test">The images to test with; none where they are to be folds of the others.</param>
internal sealed record ExampleSet(string Name, IReadOnlyList<Example> Train, IReadOnlyList<Example> Test)
{
    /// <summary>What was left out when the folder was read.</summary>
    public PassedOver PassedOver { get; init; } = new();

    public int ClassCount => Train.DistinctBy(example => example.Label).Count();
}
