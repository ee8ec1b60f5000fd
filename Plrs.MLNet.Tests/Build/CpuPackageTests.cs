using System.IO.Compression;
using System.Xml.Linq;
using Plrs.MLNet.Tests.Support;

namespace Plrs.MLNet.Tests.Build;

/// <summary>Plrs.MLNet.Cpu, which has no content, packed as for a release.</summary>
[TestClass]
public sealed class CpuPackageTests
{
    private static readonly TemporaryFolder Folder = new();
    private static ZipArchive _package = null!;
    private static XElement _metadata = null!;

    [ClassInitialize]
    public static void Pack(TestContext context)
    {
        SourceCopy.Shared.DotNet("pack", "Plrs.MLNet.Cpu", "-o", Folder.Path);
        _package = ZipFile.OpenRead(Directory.GetFiles(Folder.Path).Single());
        using var nuspec = _package.GetEntry("Plrs.MLNet.Cpu.nuspec")!.Open();
        _metadata = XElement.Load(nuspec).Elements().Single();
    }

    [ClassCleanup]
    public static void Remove()
    {
        _package.Dispose();
        Folder.Dispose();
    }

    [TestMethod]
    public void ItDependsOnTheLibraryAndOnWhatTheRepositoryPins()
    {
        var versions = XElement.Load(Path.Combine(Checkout.Root, "Directory.Packages.props")).Descendants("PackageVersion")
            .ToDictionary(package => package.Attribute("Include")!.Value, package => package.Attribute("Version")!.Value);

        var groups = Children(_metadata, "dependencies").Single().Elements().ToList();
        var dependencies = groups.Single().Elements().Select(package => $"{package.Attribute("id")!.Value} {package.Attribute("version")!.Value}");

        Assert.AreEqual("net10.0", groups.Single().Attribute("targetFramework")!.Value);
        CollectionAssert.AreEquivalent(
            new[] { $"Plrs.MLNet {SourceCopy.Version}", $"TorchSharp-cpu {versions["TorchSharp-cpu"]}", $"Microsoft.ML.OnnxRuntime {versions["Microsoft.ML.OnnxRuntime"]}" },
            dependencies.ToList());
        Assert.AreEqual(versions["TorchSharp"], versions["TorchSharp-cpu"]);
        Assert.AreEqual(versions["Microsoft.ML.OnnxRuntime.Managed"], versions["Microsoft.ML.OnnxRuntime"]);
    }

    [TestMethod]
    public void ItHasNoContentButItsReadmeAndIcon()
    {
        var files = _package.Entries.Select(entry => entry.FullName).Where(name => !name.StartsWith("_rels/", StringComparison.Ordinal) && !name.StartsWith("package/", StringComparison.Ordinal));

        CollectionAssert.AreEquivalent(new[] { "Plrs.MLNet.Cpu.nuspec", "README.md", "icon.png", "[Content_Types].xml" }, files.ToList());
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
