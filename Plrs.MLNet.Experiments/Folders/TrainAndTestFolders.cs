namespace Plrs.MLNet.Experiments.Folders;

/// <summary>Image files in a subfolder for each class: a whole folder of them, or its <c>train</c> and <c>test</c>.</summary>
internal static class TrainAndTestFolders
{
    private const string Train = "train";
    private const string Test = "test";

    public static (IReadOnlyList<Example> Train, IReadOnlyList<Example> Test) Read(string folder, PassedOver others)
    {
        var (train, test) = (Path.Combine(folder, Train), Path.Combine(folder, Test));
        return (Directory.Exists(train), Directory.Exists(test)) switch
        {
            (true, true) => (ToTrainOn(train, others), Classes(test, others)),
            (true, false) =>
                throw new FolderException($"The folder '{folder}' has a subfolder '{Train}' and none that is called '{Test}'."),
            _ => (ToTrainOn(folder, others), []),
        };
    }

    public static Example OfFile(string path, string label) => new(label, path, () => File.ReadAllBytes(path));

    private static Example[] ToTrainOn(string folder, PassedOver others)
    {
        var examples = Classes(folder, others);
        ImageFolder.CheckEveryClass(folder, others);
        return examples;
    }

    private static Example[] Classes(string folder, PassedOver others)
    {
        Example[] examples =
            [.. ImageFolder.OfClasses(ImageFolder.ClassFolders(folder, others), others).Select(image => OfFile(image.Path, image.Label))];
        return examples.Length > 0 ? examples : throw ImageFolder.None(folder, others);
    }
}
