using System.Globalization;

namespace Plrs.MLNet.Experiments.Folders;

/// <summary>
/// The binary version of CIFAR-10 or CIFAR-100 as it is published: records of one label (CIFAR-10) or of a coarse and a fine one
/// (CIFAR-100), a byte each, and 3 × 1,024 bytes of red, green and blue. The fine labels are used.
/// </summary>
internal sealed class CifarFiles
{
    private const int Size = 32;
    private const int PixelBytes = 3 * Size * Size;

    private static readonly CifarFiles[] Known =
    [
        new(
            ["data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin"],
            "test_batch.bin",
            "batches.meta.txt",
            labelBytes: 1,
            classCount: 10),
        new(["train.bin"], "test.bin", "fine_label_names.txt", labelBytes: 2, classCount: 100),
    ];

    private readonly string[] _train;
    private readonly string _test;
    private readonly string _names;
    private readonly int _labelBytes;
    private readonly int _classCount;
    private string _folder = "";

    private CifarFiles(string[] train, string test, string names, int labelBytes, int classCount) =>
        (_train, _test, _names, _labelBytes, _classCount) = (train, test, names, labelBytes, classCount);

    /// <summary>The files that a folder holds, or <see langword="null"/> where it holds none of them.</summary>
    public static CifarFiles? Find(string folder) =>
        Known.FirstOrDefault(files => files._train.Append(files._test).Any(name => File.Exists(Path.Combine(folder, name)))) is { } known
            ? new CifarFiles(known._train, known._test, known._names, known._labelBytes, known._classCount) { _folder = folder }
            : null;

    public (IReadOnlyList<Example> Train, IReadOnlyList<Example> Test) Read()
    {
        var names = Names();
        return ([.. _train.SelectMany(file => Records(file, names))], Records(_test, names));
    }

    private Example[] Records(string file, string[] names)
    {
        var path = Path.Combine(_folder, file);
        if (!File.Exists(path))
        {
            throw new FolderException($"The file '{path}' is missing: CIFAR-{_classCount} has {string.Join(", ", _train)} and {_test}.");
        }

        var record = _labelBytes + PixelBytes;
        var content = File.ReadAllBytes(path);
        return content.Length > 0 && content.Length % record == 0
            ? [.. Enumerable.Range(0, content.Length / record).Select(i => At(i))]
            : throw new FolderException(
                $"The file '{path}' has {content.Length} bytes; " +
                $"records of CIFAR-{_classCount} have {record} bytes each, and it must hold whole ones.");

        Example At(int i)
        {
            var pixels = (i * record) + _labelBytes;
            var label = content[pixels - 1];
            return label < _classCount
                ? new Example(
                    names[label],
                    string.Create(CultureInfo.InvariantCulture, $"{path}, record {i}"),
                    () => BitmapFile.Write(content.AsSpan(pixels, PixelBytes), Size))
                : throw new FolderException(
                    $"Record {i} of '{path}' has the label {label}; the labels of CIFAR-{_classCount} are 0 to {_classCount - 1}.");
        }
    }

    /// <summary>The names of the classes, or their numbers where the file with the names is not there.</summary>
    private string[] Names()
    {
        var path = Path.Combine(_folder, _names);
        string[] names = File.Exists(path)
            ? [.. File.ReadLines(path).Select(line => line.Trim()).Where(line => line.Length > 0)]
            : [.. Enumerable.Range(0, _classCount).Select(i => i.ToString("D2", CultureInfo.InvariantCulture))];
        return names.Distinct(StringComparer.Ordinal).Count() == _classCount && names.Length == _classCount ? names
            : throw new FolderException($"The file '{path}' has {names.Length} names; it must have {_classCount} different ones.");
    }
}
