namespace Plrs.MLNet.Experiments.Folders;

/// <summary>
/// Tiny ImageNet as it is published: <c>train/&lt;class&gt;/images/*.JPEG</c>, <c>val/images/*.JPEG</c> and <c>val/val_annotations.txt</c>,
/// whose lines give a file and its class. The validation images are tested with: those of its test set have no labels.
/// </summary>
internal static class TinyImageNet
{
    private const string Annotations = "val_annotations.txt";

    public static bool IsIn(string folder) => File.Exists(Path.Combine(folder, "val", Annotations));

    public static (IReadOnlyList<Example> Train, IReadOnlyList<Example> Test) Read(string folder, PassedOver others)
    {
        var train = Path.Combine(folder, "train");
        if (!Directory.Exists(train))
        {
            throw new FolderException(
                $"The folder '{folder}' is Tiny ImageNet's by its '{Path.Combine("val", Annotations)}', and has no subfolder 'train'.");
        }

        var examples = ImageFolder.ClassFolders(train, others).SelectMany(subfolder => Images(subfolder.FullName, others)).ToArray();
        ImageFolder.CheckEveryClass(train, others);
        return examples.Length > 0
            ? (examples, [.. Validation(Path.Combine(folder, "val"))])
            : throw new FolderException($"The folder '{train}' has no images: they belong in '{Path.Combine("<class>", "images")}'.");
    }

    private static Example[] Images(string folder, PassedOver others)
    {
        var (images, label) = (Path.Combine(folder, "images"), Path.GetFileName(folder));
        if (!Directory.Exists(images))
        {
            throw new FolderException($"The class folder '{folder}' has no subfolder 'images'.");
        }

        Example[] examples = [.. ImageFiles.In(images, others).Select(path => TrainAndTestFolders.OfFile(path, label))];
        if (examples.Length == 0)
        {
            others.AddEmptyClass(label);
        }

        return examples;
    }

    private static IEnumerable<Example> Validation(string folder)
    {
        var file = Path.Combine(folder, Annotations);
        foreach (var (line, number) in File.ReadLines(file).Select((line, i) => (line, i + 1)).Where(entry => entry.line.Length > 0))
        {
            if (line.Split('\t') is not [var name, var label, ..]
                || name.Length == 0 || label.Length == 0 || name != Path.GetFileName(name))
            {
                throw new FolderException(
                    $"Line {number} of '{file}' is '{line}'; it must begin with the name of a file and a class, with tabs after them.");
            }

            var path = Path.Combine(folder, "images", name);
            yield return File.Exists(path) ? TrainAndTestFolders.OfFile(path, label)
                : throw new FolderException(
                    $"Line {number} of '{file}' names the file '{name}', which is not in '{Path.Combine(folder, "images")}'.");
        }
    }
}
