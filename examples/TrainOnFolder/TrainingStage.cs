namespace TrainOnFolder;

/// <summary>What a training does before its steps on images, as its context's log tells it.</summary>
internal static class TrainingStage
{
    /// <summary>The stage that a message belongs to, in words; <see langword="null"/> for messages of another kind.</summary>
    /// <param name="source">The message's source, such as "TorchImageClassificationTrainer; Head".</param>
    public static string? Of(string source) => source.Split("; ")[^1] switch
    {
        "Range test" => "range test",
        "Features" => "computing features",
        "Head" => "training the head",
        _ => null,
    };
}
