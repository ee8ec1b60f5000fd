using System.IO.Compression;
using System.Reflection;
using System.Xml.Linq;
using Plrs.MLNet.Tests.Documentation;
using Plrs.MLNet.Tests.Support;

namespace Plrs.MLNet.Tests.Build;

/// <summary>Plrs.MLNet, packed as for a release, and a new program that references the package from a folder.</summary>
[TestClass]
[DoNotParallelize]
public sealed class LibraryPackageTests
{
    private const string Version = "7.8.9-test";
    private static readonly TemporaryFolder Folder = new();
    private static string _output = "";
    private static ZipArchive _package = null!;
    private static XElement[] _metadata = null!;

    [ClassInitialize]
    public static void Pack(TestContext context)
    {
        _output = Checkout.DotNet("pack", "Plrs.MLNet", "-c", "Release", "-o", Folder.File("feed"), $"-p:Version={Version}");
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

        Assert.AreEqual("[5.0.1, 5.1.0)", versions["Microsoft.ML"]);
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
    public void ItHasDocumentationAndSymbols()
    {
        var names = _package.Entries.Select(entry => entry.FullName).ToArray();
        using var symbols = ZipFile.OpenRead(Folder.File("feed", $"Plrs.MLNet.{Version}.snupkg"));

        CollectionAssert.IsSubsetOf(new[] { "README.md", "icon.png", "lib/net10.0/Plrs.MLNet.dll", "lib/net10.0/Plrs.MLNet.xml", "buildTransitive/Plrs.MLNet.targets" }, names);
        Assert.IsNotNull(symbols.GetEntry("lib/net10.0/Plrs.MLNet.pdb"));
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void ANewProgramTrainsAndPredicts(bool asSingleFile)
    {
        using var images = new ImageFolder(imagesPerClass: 5);
        var published = Folder.File(asSingleFile ? "single" : "published", "");
        WriteProgram(Folder.File("Program", "Program.csproj"));

        Checkout.DotNet("publish", Folder.File("Program", "Program.csproj"), $"-p:PublishSingleFile={asSingleFile}", "-o", published);
        var run = CommandRun.Of(Path.Combine(published, OperatingSystem.IsWindows() ? "Program.exe" : "Program"), [images.Path], Folder.Path);

        Assert.AreEqual(0, run.ExitCode, run.Error);
        Assert.Contains(" of the test photos are right.", run.Output);
        Assert.AreEqual(asSingleFile, !File.Exists(Path.Combine(published, "Plrs.MLNet.dll")));
    }

    /// <summary>The program of the first steps, as it stands there.</summary>
    private static void WriteProgram(string project)
    {
        var versions = XElement.Load(Path.Combine(Checkout.Root, "Directory.Packages.props")).Descendants("PackageVersion")
            .ToDictionary(package => package.Attribute("Include")!.Value, package => package.Attribute("Version")!.Value);
        var libtorch = $"libtorch-cpu-{(OperatingSystem.IsWindows() ? "win-x64" : OperatingSystem.IsMacOS() ? "osx-arm64" : "linux-x64")}";
        string[] packages = [libtorch, "Microsoft.ML.OnnxRuntime", "Microsoft.ML.DnnImageFeaturizer.ResNet18"];
        (string Name, string Value)[] properties =
        [
            ("TargetFramework", "net10.0"),
            ("OutputType", "Exe"),
            ("ImplicitUsings", "enable"),
            ("Nullable", "enable"),
            ("UseCurrentRuntimeIdentifier", "true"),
            ("SelfContained", "false"),
            ("RestoreAdditionalProjectSources", Folder.File("feed")),

            // So that the package of the test does not stay in the cache of this machine.
            ("RestorePackagesPath", Folder.File("packages")),
            ("RestoreFallbackFolders", PackageCache()),
        ];
        new XElement(
            "Project",
            new XAttribute("Sdk", "Microsoft.NET.Sdk"),
            new XElement("PropertyGroup", properties.Select(property => new XElement(property.Name, property.Value))),
            new XElement("ItemGroup", packages.Select(name => Reference(name, versions[name])).Append(Reference("Plrs.MLNet", Version)))).Save(project);
        File.WriteAllText(Path.Combine(Path.GetDirectoryName(project)!, "Program.cs"), Snippet.OfPages().First(snippet => snippet.Page == "docs/getting-started.md").Code);
    }

    private static XElement Reference(string name, string version) => new(
        "PackageReference",
        new XAttribute("Include", name),
        new XAttribute("Version", version),
        name == "Microsoft.ML.OnnxRuntime" ? new XAttribute("ExcludeAssets", "build") : null);

    private static string PackageCache() =>
        typeof(LibraryPackageTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "PackageCache").Value!;

    private static IEnumerable<XElement> Elements(string name) => _metadata.Where(element => element.Name.LocalName == name);
}
