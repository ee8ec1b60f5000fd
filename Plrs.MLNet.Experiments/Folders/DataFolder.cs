namespace Plrs.MLNet.Experiments.Folders;

/// <summary>Reads a folder of image data in any of the known layouts.</summary>
internal static class DataFolder
{
    /// <summary>Lists the images; each is read when it is asked for.</summary>
    /// <param name="folder">
    /// CIFAR-10's or CIFAR-100's binary files; Tiny ImageNet; a folder with <c>train</c> and <c>test</c>, each with a subfolder for each
    /// class; or one with a subfolder for each class.
    /// </param>
    /// <exception cref="FolderException">It is none of these, or something in it is missing or damaged.</exception>
    public static ExampleSet Read(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new FolderException($"The folder '{folder}' does not exist.");
        }

        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
        var others = new PassedOver();
        var (train, test) = CifarFiles.Find(folder) is { } cifar ? cifar.Read()
            : TinyImageNet.IsIn(folder) ? TinyImageNet.Read(folder, others)
            : TrainAndTestFolders.Read(folder, others);
        var known = train.Select(example => example.Label).ToHashSet(StringComparer.Ordinal);
        foreach (var untested in known.Except(test.Select(example => example.Label)).Where(_ => test.Count > 0))
        {
            others.AddEmptyClass(untested);
        }

        return test.FirstOrDefault(example => !known.Contains(example.Label)) is { } unknown
            ? throw new FolderException(
                $"The test image '{unknown.Name}' is of the class '{unknown.Label}', of which there is no image to train on.")
            : known.Count > 1 ? new ExampleSet(name, train, test) { PassedOver = others }
            : throw new FolderException($"All images of '{folder}' are of one class, '{known.Single()}'; at least two are needed.");
    }
}
