using System.Xml.Linq;
using Plrs.MLNet.Tests.Support;

namespace Plrs.MLNet.Tests.Tool;

/// <summary>plrs new: a program of one's own, which builds without the repository.</summary>
[TestClass]
public sealed class NewProjectTests
{
    [TestMethod]
    public void TheProjectBuildsWithoutWarningsTrainsAndPredicts()
    {
        using var images = PhotoFolder();
        using var folder = new TemporaryFolder();
        var project = Path.Combine(folder.Path, "project");

        var made = PlrsProgram.Ask("new", "--from", images.Path, "--name", "ShapeClassifier", "--output", project);

        Assert.AreEqual("ShapeClassifier", made.GetProperty("name").GetString());
        string[] files =
        [
            "Program.cs",
            "ShapeClassifier.consumption.cs",
            "ShapeClassifier.csproj",
            "ShapeClassifier.evaluate.cs",
            "ShapeClassifier.mbconfig",
            "ShapeClassifier.mlnet",
            "ShapeClassifier.training.cs",
        ];
        CollectionAssert.AreEqual(files, Directory.GetFiles(project).Select(Path.GetFileName).Order(StringComparer.Ordinal).ToArray());
        Assert.IsEmpty(Directory.GetDirectories(project));
        foreach (var file in files.Where(file => !file.EndsWith(".mlnet", StringComparison.Ordinal)))
        {
            Assert.DoesNotContain("Flower", File.ReadAllText(Path.Combine(project, file)), file);
        }

        var program = Build(project, folder);
        var image = Path.Combine(images.Path, "square", "1.png");
        var predicted = CommandRun.Of(program, ["predict", image], project, ("OMP_NUM_THREADS", "1"));
        AssertPredictsSquare(predicted);
        var bad = CommandRun.Of(
            program, ["predict", "none.png", Path.Combine(project, "Program.cs"), image], project, ("OMP_NUM_THREADS", "1"));
        Assert.AreEqual(1, bad.ExitCode);
        CollectionAssert.AreEqual(
            new[]
            {
                "There is no file 'none.png'.",
                $"The file '{Path.Combine(project, "Program.cs")}' is not an image that can be read (JPEG, PNG, WebP, GIF or BMP).",
                "",
            },
            bad.Error.Split(Environment.NewLine));
        Assert.StartsWith("square", bad.Output.Split(Environment.NewLine)[3]);
        var trained = CommandRun.Of(program, [images.Path], project, ("OMP_NUM_THREADS", "1"));
        Assert.AreEqual(0, trained.ExitCode, trained.Error);
        Assert.Contains("Micro-accuracy", trained.Output);
        AssertPredictsSquare(CommandRun.Of(program, ["predict", image], project, ("OMP_NUM_THREADS", "1")));
    }

    [TestMethod]
    public void AFileThatIsThereIsNotReplaced()
    {
        using var images = new ImageFolder(imagesPerClass: 2);
        using var folder = new TemporaryFolder();
        var program = folder.File("Program.cs");
        File.WriteAllText(program, "mine");

        var run = PlrsProgram.Run("new", "--from", images.Path, "--output", folder.Path);

        Assert.AreEqual(1, run.ExitCode);
        Assert.StartsWith(
            $"--output is '{folder.Path}', where '{program}' is there already, and is not replaced without --force.", run.Error);
        Assert.AreEqual("mine", File.ReadAllText(program));
        Assert.HasCount(1, Directory.GetFileSystemEntries(folder.Path));
    }

    private static void AssertPredictsSquare(CommandRun run)
    {
        Assert.AreEqual(0, run.ExitCode, run.Error);
        Assert.StartsWith("square", run.Output.Split(Environment.NewLine)[3]);
    }

    /// <summary>
    /// With the library as it is here. Other packages are those that are on the machine; the library's stays in the test's folder.
    /// </summary>
    private static string Build(string project, TemporaryFolder folder)
    {
        var file = Path.Combine(project, "ShapeClassifier.csproj");
        var document = XElement.Load(file);
        document.Descendants("PackageReference")
            .Single(package => package.Attribute("Include")!.Value == "Plrs.MLNet").SetAttributeValue("Version", SourceCopy.Version);
        document.Save(file);
        var packages = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        var output = Path.Combine(folder.Path, "built");
        Checkout.DotNet(
            "build", file, "-c", "Release", "-warnaserror", "-o", output, $"-p:RestoreAdditionalProjectSources={PackedFeed.Folder}",
            $"-p:RestorePackagesPath={folder.File("packages")}", $"-p:RestoreFallbackFolders={packages}");
        return Path.Combine(output, "ShapeClassifier");
    }

    private static ImageFolder PhotoFolder()
    {
        var images = new ImageFolder(imagesPerClass: 0);
        for (var i = 0; i < 4; i++)
        {
            var kind = TestImages.Classes[i % 2];
            images.Add(kind, $"{i}.png", TestImages.Encode(kind, i, size: 64));
        }

        return images;
    }
}
