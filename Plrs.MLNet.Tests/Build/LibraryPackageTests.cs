using System.IO.Compression;
using System.Xml.Linq;
using Plrs.MLNet.Tests.Support;

namespace Plrs.MLNet.Tests.Build;

/// <summary>Plrs.MLNet, packed as for a release.</summary>
[TestClass]
public sealed class LibraryPackageTests
{
    [TestMethod]
    public void MLNetWhoseInternalsItUsesHasAnUpperBound()
    {
        using var folder = new TemporaryFolder();
        var output = Checkout.DotNet("pack", "Plrs.MLNet", "-c", "Release", "-o", folder.Path);
        using var package = ZipFile.OpenRead(Directory.GetFiles(folder.Path, "*.nupkg").Single());
        using var nuspec = package.GetEntry("Plrs.MLNet.nuspec")!.Open();
        var versions = XElement.Load(nuspec).Descendants().Where(element => element.Name.LocalName == "dependency")
            .ToDictionary(dependency => dependency.Attribute("id")!.Value, dependency => dependency.Attribute("version")!.Value);

        Assert.AreEqual("[5.0.1, 5.1.0)", versions["Microsoft.ML"]);
        Assert.AreEqual("0.107.0", versions["TorchSharp"], "Only what is public of TorchSharp is used.");
        Assert.DoesNotContain("warning", output);
    }
}
