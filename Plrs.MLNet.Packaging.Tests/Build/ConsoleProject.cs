using System.Reflection;
using System.Xml.Linq;
using Plrs.MLNet.Tests.Support;

namespace Plrs.MLNet.Tests.Build;

/// <summary>
/// A new console program with references to packages: those of the <see cref="PackedFeed"/>, and those that are on this machine.
/// </summary>
internal sealed class ConsoleProject
{
    private static readonly string[] AllLibtorch = ["libtorch-cpu-linux-x64", "libtorch-cpu-osx-arm64", "libtorch-cpu-win-x64"];

    private static readonly Dictionary<string, string> Versions = XElement.Load(Path.Combine(Checkout.Root, "Directory.Packages.props"))
        .Descendants("PackageVersion")
            .ToDictionary(package => package.Attribute("Include")!.Value, package => package.Attribute("Version")!.Value);

    private readonly TemporaryFolder _folder;
    private readonly string _name;
    private readonly List<XElement> _references = [];

    public ConsoleProject(TemporaryFolder folder, string name, string program)
    {
        (_folder, _name) = (folder, name);
        File.WriteAllText(folder.File(name, "Program.cs"), program);
    }

    /// <summary>The package of libtorch for this system.</summary>
    public static string Libtorch => AllLibtorch[OperatingSystem.IsLinux() ? 0 : OperatingSystem.IsMacOS() ? 1 : 2];

    /// <summary>The packages of libtorch for other systems.</summary>
    public static IEnumerable<string> LibtorchOfOtherSystems => AllLibtorch.Where(name => name != Libtorch);

    /// <summary>The version of a package that the repository pins.</summary>
    public static string VersionOf(string name) => Versions[name];

    /// <summary>References a package, in the version that the repository pins where none is given.</summary>
    public void Reference(string name, string? version = null, bool excludesBuild = false) => _references.Add(new XElement(
        "PackageReference",
        new XAttribute("Include", name),
        new XAttribute("Version", version ?? Versions[name]),
        excludesBuild ? new XAttribute("ExcludeAssets", "build") : null));

    /// <summary>Publishes it for this machine, in one file.</summary>
    /// <returns>The folder with the program.</returns>
    public string PublishAsSingleFile()
    {
        (string Name, string Value)[] properties =
        [
            ("TargetFramework", "net10.0"),
            ("OutputType", "Exe"),
            ("ImplicitUsings", "enable"),
            ("Nullable", "enable"),
            ("UseCurrentRuntimeIdentifier", "true"),
            ("SelfContained", "false"),
            ("PublishSingleFile", "true"),
            ("RestoreAdditionalProjectSources", PackedFeed.Folder),

            // So that the packages of the test do not stay in the cache of this machine.
            ("RestorePackagesPath", Path.Combine(_folder.Path, "packages")),
            (
                "RestoreFallbackFolders",
                typeof(ConsoleProject).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(
                    data => data.Key == "PackageCache").Value!),
        ];
        var project = _folder.File(_name, $"{_name}.csproj");
        new XElement(
            "Project",
            new XAttribute("Sdk", "Microsoft.NET.Sdk"),
            new XElement("PropertyGroup", properties.Select(property => new XElement(property.Name, property.Value))),
            new XElement("ItemGroup", _references)).Save(project);
        var published = Path.Combine(_folder.Path, "published", _name);
        Checkout.DotNet("publish", project, "-warnaserror", "-o", published);
        return published;
    }

    /// <summary>The path of the program.</summary>
    public string ProgramIn(string published) => Path.Combine(published, OperatingSystem.IsWindows() ? $"{_name}.exe" : _name);
}
