using System.IO.Compression;
using System.Reflection.Metadata;
using System.Text;
using System.Xml.Linq;
using Plrs.MLNet.Tests.Documentation;
using Plrs.MLNet.Tests.Support;

namespace Plrs.MLNet.Tests.Build;

/// <summary>Plrs.MLNet, packed as for a release, and a new program that references the package from a folder.</summary>
[TestClass]
public sealed class LibraryPackageTests
{
    private const string Version = SourceCopy.Version;

    // The kind that the format of symbols gives it.
    private static readonly Guid SourceLink = new("CC110556-A091-4D38-9FEC-25AB9A351A6A");
    private static readonly TemporaryFolder Folder = new();
    private static ZipArchive _package = null!;
    private static XElement[] _metadata = null!;

    [ClassInitialize]
    public static void Pack(TestContext context)
    {
        _package = ZipFile.OpenRead(PackedFeed.PathOf($"Plrs.MLNet.{Version}.nupkg"));
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
        var versions = Elements("dependency")
            .ToDictionary(dependency => dependency.Attribute("id")!.Value, dependency => dependency.Attribute("version")!.Value);

        Assert.AreEqual("[6.0.0, 7.0.0)", versions["Microsoft.ML"]);
        Assert.AreEqual("0.107.0", versions["TorchSharp"], "Only what is public of TorchSharp is used.");
        Assert.DoesNotContain("warning", PackedFeed.Output);
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
        CollectionAssert.IsSubsetOf(
            new[]
            {
                "README.md",
                "icon.png",
                "lib/net10.0/Plrs.MLNet.dll",
                "lib/net10.0/Plrs.MLNet.xml",
                "buildTransitive/Plrs.MLNet.targets",
            }, names);

        using var symbols = ZipFile.OpenRead(PackedFeed.PathOf($"Plrs.MLNet.{Version}.snupkg"));
        using var provider = MetadataReaderProvider.FromPortablePdbImage([.. Bytes(symbols, "lib/net10.0/Plrs.MLNet.pdb")]);
        var reader = provider.GetMetadataReader();
        var sourceLink = reader.CustomDebugInformation.Select(reader.GetCustomDebugInformation)
            .Single(information => reader.GetGuid(information.Kind) == SourceLink);
        Assert.AreEqual(
            $$$"""{"documents":{"/_/*":"https://raw.githubusercontent.com/owner/name/{{{SourceCopy.Commit}}}/*"}}""",
            Encoding.UTF8.GetString(reader.GetBlobBytes(sourceLink.Value)));
        var documents = reader.Documents.Select(document => reader.GetString(reader.GetDocument(document).Name)).ToArray();
        Assert.Contains("/_/Plrs.MLNet/PlrsExtensions.cs", documents);
        Assert.IsEmpty(
            documents.Where(document => !document.StartsWith("/_", StringComparison.Ordinal)),
            "No path of this machine is in the symbols.");
    }

    [TestMethod]
    public void AnotherCloneGivesTheSameLibraryToTheLastByte()
    {
        using var other = new SourceCopy();

        other.DotNet("build", "Plrs.MLNet");

        CollectionAssert.AreEqual(
            Bytes(_package, "lib/net10.0/Plrs.MLNet.dll"),
            File.ReadAllBytes(other.PathOf("Plrs.MLNet", "bin", "Release", "net10.0", "Plrs.MLNet.dll")));
    }

    [TestMethod]
    public void ANewProgramTrainsAndPredictsAsASingleFile()
    {
        using var images = new ImageFolder(imagesPerClass: 3, classes: 2);
        var project = new ConsoleProject(
            Folder, "FirstSteps", Snippet.OfPages().First(snippet => snippet.Page == "docs/getting-started.md").Code);
        project.Reference("Plrs.MLNet", Version);
        project.Reference(ConsoleProject.Libtorch);
        project.Reference("Microsoft.ML.OnnxRuntime", excludesBuild: true);
        project.Reference("Microsoft.ML.DnnImageFeaturizer.ResNet18");

        var published = project.PublishAsSingleFile();
        var run = CommandRun.Of(project.ProgramIn(published), [images.Path], Folder.Path);

        Assert.AreEqual(0, run.ExitCode, run.Error);
        Assert.Contains(" of the test photos are right.", run.Output);
        Assert.IsFalse(File.Exists(Path.Combine(published, "Plrs.MLNet.dll")));
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
