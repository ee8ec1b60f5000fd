using Plrs.MLNet.Experiments.Folders;
using Plrs.MLNet.Tests.Support;
using SkiaSharp;

namespace Plrs.MLNet.Tests.Examples;

/// <summary>The layouts of data that examples/CompareSchedules reads, and damaged ones.</summary>
[TestClass]
public sealed class DataFolderTests
{
    [TestMethod]
    public void FoldersOfImagesWithAndWithoutATestFolder()
    {
        using var folder = new TemporaryFolder();
        QuickExperiment.Draw(folder, train: 2, test: 1);
        File.WriteAllText(folder.File("train", "disc", "notes.txt"), "no image");

        var examples = DataFolder.Read(folder.Path);
        var plain = DataFolder.Read(Path.Combine(folder.Path, "train"));

        Assert.AreEqual((Path.GetFileName(folder.Path), 3), (examples.Name, examples.ClassCount));
        Assert.AreEqual("disc disc square square stripes stripes", Labels(examples.Train));
        Assert.AreEqual("disc square stripes", Labels(examples.Test));
        Assert.AreEqual("disc disc square square stripes stripes", Labels(plain.Train));
        Assert.IsEmpty(plain.Test);
        CollectionAssert.AreEqual(File.ReadAllBytes(folder.File("test", "square", "100.png")), examples.Test[1].Read());
    }

    [TestMethod]
    public void TinyImageNetAsItIsPublished()
    {
        using var folder = TinyImageNet();

        var examples = DataFolder.Read(folder.Path);

        Assert.AreEqual("n01 n01 n02 n02", Labels(examples.Train));
        Assert.AreEqual("n02 n01", Labels(examples.Test));
        Assert.AreEqual("val_1.JPEG", File.ReadAllText(examples.Test[1].Name));
    }

    [TestMethod]
    [DataRow("val_0.JPEG\tn02\nval_2.JPEG\tn01\n", "Line 2 of '{0}' names the file 'val_2.JPEG', which is not in '")]
    [DataRow(
        "val_0.JPEG n02\n",
        "Line 1 of '{0}' is 'val_0.JPEG n02'; it must begin with the name of a file and a class, with tabs after them.")]
    [DataRow("../images/val_0.JPEG\tn02\n", "Line 1 of '{0}' is '../images/val_0.JPEG\tn02'; it must begin with")]
    [DataRow("val_0.JPEG\tn03\n", "is of the class 'n03', of which there is no image to train on.")]
    public void DamagedAnnotationsOfTinyImageNetAreRefused(string annotations, string message)
    {
        using var folder = TinyImageNet();
        var file = folder.File("val", "val_annotations.txt");
        File.WriteAllText(file, annotations);

        Assert.Contains(message.Replace("{0}", file, StringComparison.Ordinal), Refusal(folder));
    }

    [TestMethod]
    public void FoldersOfTinyImageNetThatAreMissingAreNamed()
    {
        using var folder = TinyImageNet();

        Directory.Delete(Path.Combine(folder.Path, "train", "n02", "images"), recursive: true);
        Assert.AreEqual($"The class folder '{Path.Combine(folder.Path, "train", "n02")}' has no subfolder 'images'.", Refusal(folder));

        Directory.Delete(Path.Combine(folder.Path, "train"), recursive: true);
        Assert.Contains("has no subfolder 'train'.", Refusal(folder));
    }

    [TestMethod]
    public void FilesOfCifar10()
    {
        using var folder = Cifar10();
        File.WriteAllLines(folder.File("batches.meta.txt"), [.. Enumerable.Range(0, 10).Select(i => $"class{i}"), ""]);

        var examples = DataFolder.Read(folder.Path);

        Assert.AreEqual("class0 class1 class2 class3 class4 class5 class6 class7 class8 class9", Labels(examples.Train));
        Assert.AreEqual("class3 class4", Labels(examples.Test));
        AssertImage(examples.Test[1].Read(), first: 4);
    }

    [TestMethod]
    public void FilesOfCifar100HaveTheFineLabel()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.File("train.bin"), [.. Record(19, 11), .. Record(8, 99)]);
        File.WriteAllBytes(folder.File("test.bin"), Record(8, 99));

        var examples = DataFolder.Read(folder.Path);

        Assert.AreEqual("11 99", Labels(examples.Train));
        AssertImage(examples.Test[0].Read(), first: 99);
    }

    [TestMethod]
    public void DamagedFilesOfCifarAreRefused()
    {
        using var folder = Cifar10();
        var third = folder.File("data_batch_3.bin");
        File.WriteAllBytes(third, Record(10));
        Assert.AreEqual($"Record 0 of '{third}' has the label 10; the labels of CIFAR-10 are 0 to 9.", Refusal(folder));

        File.WriteAllBytes(third, Record(1)[..^1]);
        Assert.AreEqual(
            $"The file '{third}' has 3072 bytes; records of CIFAR-10 have 3073 bytes each, and it must hold whole ones.", Refusal(folder));

        File.WriteAllBytes(third, []);
        Assert.Contains("has 0 bytes;", Refusal(folder));

        File.Delete(third);
        Assert.AreEqual(
            $"The file '{third}' is missing: CIFAR-10 has data_batch_1.bin, " +
            "data_batch_2.bin, data_batch_3.bin, data_batch_4.bin, data_batch_5.bin and test_batch.bin.", Refusal(folder));

        File.WriteAllText(folder.File("batches.meta.txt"), "cat\ndog\n");
        Assert.AreEqual($"The file '{folder.File("batches.meta.txt")}' has 2 names; it must have 10 different ones.", Refusal(folder));
    }

    [TestMethod]
    public void FoldersWithoutEnoughAreRefused()
    {
        using var folder = new TemporaryFolder();
        Assert.AreEqual($"The folder '{Path.Combine(folder.Path, "none")}' does not exist.", Refusal(Path.Combine(folder.Path, "none")));
        Assert.StartsWith($"The subfolders of '{folder.Path}' hold no images", Refusal(folder));

        File.WriteAllBytes(folder.File("disc", "1.png"), TestImages.Encode("disc", 1));
        Assert.AreEqual($"All images of '{folder.Path}' are of one class, 'disc'; at least two are needed.", Refusal(folder));

        Directory.CreateDirectory(Path.Combine(folder.Path, "train"));
        Assert.AreEqual($"The folder '{folder.Path}' has a subfolder 'train' and none that is called 'test'.", Refusal(folder));
    }

    private static TemporaryFolder TinyImageNet()
    {
        var folder = new TemporaryFolder();
        foreach (var name in new[] { "n01", "n02" })
        {
            File.WriteAllText(folder.File("train", name, "images", $"{name}_0.JPEG"), name);
            File.WriteAllText(folder.File("train", name, "images", $"{name}_1.JPEG"), name);
        }

        File.WriteAllText(folder.File("val", "images", "val_0.JPEG"), "val_0.JPEG");
        File.WriteAllText(folder.File("val", "images", "val_1.JPEG"), "val_1.JPEG");
        File.WriteAllText(folder.File("val", "val_annotations.txt"), "val_0.JPEG\tn02\t0\t32\t44\t62\nval_1.JPEG\tn01\t52\t55\t57\t59\n");
        return folder;
    }

    /// <summary>Two records a file.</summary>
    private static TemporaryFolder Cifar10()
    {
        var folder = new TemporaryFolder();
        for (var i = 1; i <= 5; i++)
        {
            File.WriteAllBytes(folder.File($"data_batch_{i}.bin"), [.. Record((2 * i) - 2), .. Record((2 * i) - 1)]);
        }

        File.WriteAllBytes(folder.File("test_batch.bin"), [.. Record(3), .. Record(4)]);
        return folder;
    }

    /// <summary>Labels, and an image whose first pixel is (label, 100, 200), and whose last one (1, 2, 3).</summary>
    private static byte[] Record(params int[] labels)
    {
        var pixels = new byte[3 * 1024];
        (pixels[0], pixels[1024], pixels[2048]) = ((byte)labels[^1], 100, 200);
        (pixels[1023], pixels[2047], pixels[3071]) = (1, 2, 3);
        return [.. labels.Select(label => (byte)label), .. pixels];
    }

    private static void AssertImage(byte[] file, byte first)
    {
        using var image = SKBitmap.Decode(file);
        Assert.AreEqual((32, 32), (image.Width, image.Height));
        Assert.AreEqual(new SKColor(first, 100, 200), image.GetPixel(0, 0));
        Assert.AreEqual(new SKColor(1, 2, 3), image.GetPixel(31, 31));
    }

    private static string Labels(IEnumerable<Example> examples) => string.Join(' ', examples.Select(example => example.Label));

    private static string Refusal(TemporaryFolder folder) => Refusal(folder.Path);

    private static string Refusal(string path) => Assert.ThrowsExactly<FolderException>(() => DataFolder.Read(path)).Message;
}
