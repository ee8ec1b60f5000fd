using System.IO.Compression;
using System.Xml.Linq;
using Plrs.MLNet.Tests.Support;

namespace Plrs.MLNet.Tests.Build;

/// <summary>Plrs.MLNet.Cpu, which has no library, packed as for a release.</summary>
[TestClass]
public sealed class CpuPackageTests
{
    private static readonly string[] Pinned = ["TorchSharp-cpu", "Microsoft.ML.OnnxRuntime", "Microsoft.ML.DnnImageFeaturizer.ResNet18"];
    private static ZipArchive _package = null!;
    private static XElement _metadata = null!;

    [ClassInitialize]
    public static void Open(TestContext context)
    {
        _package = ZipFile.OpenRead(PackedFeed.PathOf($"Plrs.MLNet.Cpu.{SourceCopy.Version}.nupkg"));
        using var nuspec = _package.GetEntry("Plrs.MLNet.Cpu.nuspec")!.Open();
        _metadata = XElement.Load(nuspec).Elements().Single();
    }

    [ClassCleanup]
    public static void Close() => _package.Dispose();

    [TestMethod]
    public void ItDependsOnTheLibraryAndOnWhatTheRepositoryPins()
    {
        var groups = Children(_metadata, "dependencies").Single().Elements().ToList();
        var dependencies = groups.Single().Elements()
            .Select(package => $"{package.Attribute("id")!.Value} {package.Attribute("version")!.Value}");

        Assert.AreEqual("net10.0", groups.Single().Attribute("targetFramework")!.Value);
        CollectionAssert.AreEquivalent(
            (string[])[$"Plrs.MLNet {SourceCopy.Version}", .. Pinned.Select(name => $"{name} {ConsoleProject.VersionOf(name)}")],
            dependencies.ToList());
        Assert.AreEqual(ConsoleProject.VersionOf("TorchSharp"), ConsoleProject.VersionOf("TorchSharp-cpu"));
        Assert.AreEqual(ConsoleProject.VersionOf("Microsoft.ML.OnnxRuntime.Managed"), ConsoleProject.VersionOf("Microsoft.ML.OnnxRuntime"));
    }

    [TestMethod]
    public void ItHasNoContentButItsBuildStepReadmeAndIcon()
    {
        var files = _package.Entries.Select(entry => entry.FullName)
            .Where(name => !name.StartsWith("_rels/", StringComparison.Ordinal) && !name.StartsWith("package/", StringComparison.Ordinal));

        CollectionAssert.AreEquivalent(
            new[] { "Plrs.MLNet.Cpu.nuspec", "README.md", "icon.png", "buildTransitive/Plrs.MLNet.Cpu.targets", "[Content_Types].xml" },
            files.ToList());
    }

    [TestMethod]
    [DataRow("id", "Plrs.MLNet.Cpu")]
    [DataRow("version", SourceCopy.Version)]
    [DataRow("license", "MIT")]
    [DataRow("readme", "README.md")]
    [DataRow("icon", "icon.png")]
    [DataRow("authors", "The Plrs.MLNet authors")]
    public void ItSaysWhatItIs(string element, string value) => Assert.AreEqual(value, Children(_metadata, element).Single().Value);

    private static IEnumerable<XElement> Children(XElement parent, string name) => parent.Elements(parent.Name.Namespace + name);
}
