using System.IO.Compression;
using System.Xml.Linq;
using Plrs.MLNet.Build;
using Plrs.MLNet.Tests.Support;

namespace Plrs.MLNet.Tests.Build;

/// <summary>A program with Microsoft.ML.TorchSharp and the build files of the package Plrs.MLNet, as it is packed for a release.</summary>
[TestClass]
public sealed class TorchTrainersProgramTests
{
    private const string Library = "Microsoft.ML.TorchSharp.dll";
    private static readonly TemporaryFolder Folder = new();

    [ClassInitialize]
    public static void Create(TestContext context)
    {
        ZipFile.ExtractToDirectory(PackedFeed.PathOf($"Plrs.MLNet.{SourceCopy.Version}.nupkg"), Folder.File("package"));
        var versions = XElement.Load(Path.Combine(Checkout.Root, "Directory.Packages.props")).Descendants("PackageVersion")
            .ToDictionary(package => package.Attribute("Include")!.Value, package => package.Attribute("Version")!.Value);
        string[] packages = ["Microsoft.ML.TorchSharp", "TorchSharp", "SkiaSharp", "SkiaSharp.NativeAssets.Linux.NoDependencies"];
        new XElement(
            "Project",
            new XAttribute("Sdk", "Microsoft.NET.Sdk"),
            new XElement("PropertyGroup", new XElement("TargetFramework", "net10.0"), new XElement("OutputType", "Exe")),
            new XElement(
                "ItemGroup",
                packages.Select(
                    name => new XElement("PackageReference", new XAttribute("Include", name), new XAttribute("Version", versions[name])))),
            new XElement(
                "Import", new XAttribute("Project", "package/buildTransitive/Plrs.MLNet.targets"))).Save(Folder.File("Program.csproj"));
        File.WriteAllText(Folder.File("Program.cs"), "System.Console.WriteLine();");
    }

    [ClassCleanup]
    public static void Remove() => Folder.Dispose();

    [TestMethod]
    public void ABuildWithoutThePropertyWarns()
    {
        var output = Checkout.DotNet("build", Folder.File("Program.csproj"), "-o", Folder.File("built"));

        Assert.Contains("warning PLRS001: Microsoft.ML.TorchSharp 0.24.0 cannot train", output);
        Assert.AreEqual(
            "0.24.0",
            MLNetTorchSharpAssembly.VersionOf(File.ReadAllBytes(Folder.File("built", Library))),
            "The package's file is in the output.");
    }

    [TestMethod]
    public void WithThePropertyTheRepairedCopyIsBuiltAndPublished()
    {
        var project = Folder.File("Program.csproj");

        var output = Checkout.DotNet("publish", project, "-p:RepairMLNetTorchSharp=true", "-o", Folder.File("published"));

        Assert.DoesNotContain("warning", output);
        var published = File.ReadAllBytes(Folder.File("published", Library));
        Assert.IsNull(MLNetTorchSharpAssembly.VersionOf(published));
        CollectionAssert.AreEqual(published, File.ReadAllBytes(Folder.File("bin", "Release", "net10.0", Library)));
    }
}
