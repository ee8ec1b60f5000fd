using System.IO.Compression;
using System.Reflection.Metadata;
using System.Text;
using System.Xml.Linq;
using Plrs.MLNet.Tests.Documentation;
using Plrs.MLNet.Tests.Support;

namespace Plrs.MLNet.Tests.Build;

/// <summary>Plrs.MLNet, packed as for a release, and a new program that references the package from a folder.</summary>
[TestClass]
[DoNotParallelize]
public sealed class LibraryPackageTests
{
    private const string Version = SourceCopy.Version;

    // The kind that the format of symbols gives it.
    private static readonly Guid SourceLink = new("CC110556-A091-4D38-9FEC-25AB9A351A6A");
    private static readonly TemporaryFolder Folder = new();
    private static string _output = "";
    private static ZipArchive _package = null!;
    private static XElement[] _metadata = null!;

    [ClassInitialize]
    public static void Pack(TestContext context)
    {
        _output = SourceCopy.Shared.DotNet("pack", "Plrs.MLNet", "-o", Folder.File("feed"));
        _package = ZipFile.OpenRead(Folder.File("feed", $"Plrs.MLNet.{Version}.nupkg"));
        using var nuspec = _package.GetEntry("Plrs.MLNet.nuspec")!.Open();
        _metadata = [.. XElement.Load(nuspec).Descendants()];
    }

    [ClassCleanup]
    public static void Remove()
    {
        _package.Dispose();
        Folder.Dispose();
    }

    [TestMethod]
    public void MLNetWhoseInternalsItUsesHasAnUpperBound()
    {
        var versions = Elements("dependency").ToDictionary(dependency => dependency.Attribute("id")!.Value, dependency => dependency.Attribute("version")!.Value);

        Assert.AreEqual("[6.0.0, 7.0.0)", versions["Microsoft.ML"]);
        Assert.AreEqual("0.107.0", versions["TorchSharp"], "Only what is public of TorchSharp is used.");
        Assert.DoesNotContain("warning", _output);
    }

    [TestMethod]
    [DataRow("license", "MIT")]
    [DataRow("readme", "README.md")]
    [DataRow("icon", "icon.png")]
    [DataRow("authors", "The Plrs.MLNet authors")]
    public void ItSaysWhatItIs(string element, string value) => Assert.AreEqual(value, Elements(element).Single().Value);

    [TestMethod]
    public void ItSaysWhereItsSourcesAre()
    {
        var repository = Elements("repository").Single();

        Assert.AreEqual(
            ("git", $"{SourceCopy.Repository}.git", SourceCopy.Commit),
            (repository.Attribute("type")!.Value, repository.Attribute("url")!.Value, repository.Attribute("commit")!.Value));
    }

    [TestMethod]
    public void ItHasDocumentationAndSymbolsThatLeadToTheSources()
    {
        var names = _package.Entries.Select(entry => entry.FullName).ToArray();
        CollectionAssert.IsSubsetOf(new[] { "README.md", "icon.png", "lib/net10.0/Plrs.MLNet.dll", "lib/net10.0/Plrs.MLNet.xml", "buildTransitive/Plrs.MLNet.targets" }, names);

        using var symbols = ZipFile.OpenRead(Folder.File("feed", $"Plrs.MLNet.{Version}.snupkg"));
        using var provider = MetadataReaderProvider.FromPortablePdbImage([.. Bytes(symbols, "lib/net10.0/Plrs.MLNet.pdb")]);
        var reader = provider.GetMetadataReader();
        var sourceLink = reader.CustomDebugInformation.Select(reader.GetCustomDebugInformation).Single(information => reader.GetGuid(information.Kind) == SourceLink);
        Assert.AreEqual(
            $$$"""{"documents":{"/_/*":"https://raw.githubusercontent.com/owner/name/{{{SourceCopy.Commit}}}/*"}}""", Encoding.UTF8.GetString(reader.GetBlobBytes(sourceLink.Value)));
        var documents = reader.Documents.Select(document => reader.GetString(reader.GetDocument(document).Name)).ToArray();
        Assert.Contains("/_/Plrs.MLNet/PlrsExtensions.cs", documents);
        Assert.IsEmpty(documents.Where(document => !document.StartsWith("/_", StringComparison.Ordinal)), "No path of this machine is in the symbols.");
    }

    [TestMethod]
    public void AnotherCloneGivesTheSameLibraryToTheLastByte()
    {
        using var other = new SourceCopy();

        other.DotNet("build", "Plrs.MLNet", "-p:RunAnalyzers=false");

        CollectionAssert.AreEqual(Bytes(_package, "lib/net10.0/Plrs.MLNet.dll"), File.ReadAllBytes(other.PathOf("Plrs.MLNet", "bin", "Release", "net10.0", "Plrs.MLNet.dll")));
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void ANewProgramTrainsAndPredicts(bool asSingleFile)
    {
        using var images = new ImageFolder(imagesPerClass: 5);
        var project = new ConsoleProject(Folder, "FirstSteps", Snippet.OfPages().First(snippet => snippet.Page == "docs/getting-started.md").Code);
        project.Reference("Plrs.MLNet", Version);
        project.Reference(ConsoleProject.Libtorch);
        project.Reference("Microsoft.ML.OnnxRuntime", excludesBuild: true);
        project.Reference("Microsoft.ML.DnnImageFeaturizer.ResNet18");

        var published = project.Publish(asSingleFile);
        var run = CommandRun.Of(project.ProgramIn(published), [images.Path], Folder.Path);

        Assert.AreEqual(0, run.ExitCode, run.Error);
        Assert.Contains(" of the test photos are right.", run.Output);
        Assert.AreEqual(asSingleFile, !File.Exists(Path.Combine(published, "Plrs.MLNet.dll")));
    }

    // Plrs.MLNet.Cpu brings libtorch for three systems. That of this one is here; those of the others are stand-ins without content, and nothing is downloaded.
    [TestMethod]
    public void TheReadmesLinesRunWithTheTwoPackagesThatItNames()
    {
        using var images = new ImageFolder(imagesPerClass: 5);
        SourceCopy.Shared.DotNet("pack", "Plrs.MLNet.Cpu", "-o", Folder.File("feed"));
        var project = new ConsoleProject(Folder, "Readme", ReadmeProgram());
        project.Reference("Plrs.MLNet.Cpu", Version);
        project.Reference("Microsoft.ML.DnnImageFeaturizer.ResNet18");
        foreach (var name in ConsoleProject.LibtorchOfOtherSystems)
        {
            project.StandInFor(name);
        }

        var published = project.Publish(asSingleFile: false);
        var run = CommandRun.Of(project.ProgramIn(published), [images.Path], Folder.Path);

        Assert.AreEqual(0, run.ExitCode, run.Error);
        Assert.Contains("15 labels, ", run.Output);
        Assert.IsTrue(File.Exists(Folder.File("model.zip")));
    }

    /// <summary>The first lines of the README as they stand there, with the variables that they take for granted before them, and a use of their model after them.</summary>
    private static string ReadmeProgram()
    {
        var lines = Snippet.OfPages().First(snippet => snippet.Page == "README.md").Code.Split('\n');
        return string.Join('\n', (string[])[
            .. lines.TakeWhile(line => line.StartsWith("using ", StringComparison.Ordinal)),
            """
            using Microsoft.ML.Data;

            var imageFolder = args[0];
            var rows = Directory.GetFiles(imageFolder, "*", SearchOption.AllDirectories)
                .Select(file => new Row { ImagePath = Path.GetRelativePath(imageFolder, file), Label = Path.GetFileName(Path.GetDirectoryName(file)!) });
            var images = new MLContext().Data.LoadFromEnumerable(rows.ToList());
            """,
            .. lines.SkipWhile(line => line.StartsWith("using ", StringComparison.Ordinal)),
            """
            var labels = mlContext.Model.Load("model.zip", out _).Transform(images).GetColumn<string>("PredictedLabel").ToList();
            Console.WriteLine($"{labels.Count} labels, {string.Join(' ', labels.Distinct())}");

            internal sealed class Row
            {
                public string ImagePath { get; set; } = "";

                public string Label { get; set; } = "";
            }
            """]);
    }

    private static byte[] Bytes(ZipArchive zip, string entry)
    {
        using var content = zip.GetEntry(entry)!.Open();
        using var bytes = new MemoryStream();
        content.CopyTo(bytes);
        return bytes.ToArray();
    }

    private static IEnumerable<XElement> Elements(string name) => _metadata.Where(element => element.Name.LocalName == name);
}
