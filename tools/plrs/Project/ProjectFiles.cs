using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Plrs.MLNet;

namespace PlrsTool.Project;

/// <summary>The files of a new project: those of the example FlowerClassifier with other names, and a project file.</summary>
internal static partial class ProjectFiles
{
    private const string ExampleName = "FlowerClassifier";
    private const string ExampleNamespace = "Flowers";
    private const string ExampleFolder = "Example/";

    /// <summary>
    /// Whether a name stands for something else in the project: a type, or a member of the class that would have the name.
    /// </summary>
    public static bool Uses(string name) => name == "Program" || Example()
        .Where(resource => resource.EndsWith(".cs", StringComparison.Ordinal))
        .SelectMany(resource => Identifier().Matches(NoCode().Replace(Read(resource), "")))
        .Any(identifier => identifier.Value == name && name is not (ExampleName or ExampleNamespace));

    /// <summary>The names and contents of the files.</summary>
    /// <param name="name">The classifier's name: that of its class and of its files.</param>
    /// <param name="dataFolder">The folder of images, as the configuration names it.</param>
    public static IReadOnlyDictionary<string, string> Of(string name, string dataFolder)
    {
        var files = Example()
            .ToDictionary(resource => Named(resource[ExampleFolder.Length..], name), resource => Renamed(Read(resource), name));
        var configuration = $"{name}.mbconfig";
        files[configuration] = files[configuration].Replace("\"flowers\"", JsonSerializer.Serialize(dataFolder), StringComparison.Ordinal);
        files[$"{name}.csproj"] = Renamed(WithVersions(Read("Project.xml")), name);
        return files;
    }

    /// <summary>
    /// A folder of images as a project's configuration names it: seen from the project, so that both can be moved together, and nobody is
    /// told of this machine. Empty if there is no such way, as from one drive of Windows to another.
    /// </summary>
    public static string DataFolderFrom(string project, string folder)
    {
        var relative = Path.GetRelativePath(project, folder);
        return Path.IsPathRooted(relative) ? "" : relative.Replace(Path.DirectorySeparatorChar, '/');
    }

    private static IEnumerable<string> Example() =>
        typeof(ProjectFiles).Assembly.GetManifestResourceNames()
            .Where(resource => resource.StartsWith(ExampleFolder, StringComparison.Ordinal));

    private static string Named(string text, string name) => text.Replace(ExampleName, name, StringComparison.Ordinal);

    private static string Renamed(string text, string name) => Named(text, name)
        .Replace($"namespace {ExampleNamespace};", $"namespace {name}App;", StringComparison.Ordinal)

        // An alias, for other namespaces that the project uses may have a type of the name.
        .Replace($"using {ExampleNamespace};", $"using {name} = {name}App.{name};", StringComparison.Ordinal);

    /// <summary>The versions that this tool was built with.</summary>
    private static string WithVersions(string project)
    {
        var versions = XElement.Parse(Read("Directory.Packages.props")).Descendants("PackageVersion")
            .ToDictionary(package => package.Attribute("Include")!.Value, package => package.Attribute("Version")!.Value);
        versions["Plrs.MLNet"] =
            typeof(PlrsExtensions).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
        var document = XElement.Parse(project, LoadOptions.PreserveWhitespace);
        foreach (var package in document.Descendants("PackageReference"))
        {
            var include = package.Attribute("Include")!;
            XAttribute[] others = [.. package.Attributes().Where(attribute => attribute != include)];
            package.ReplaceAttributes(include, new XAttribute("Version", versions[include.Value]), others);
        }

        return document.ToString(SaveOptions.DisableFormatting) + "\n";
    }

    private static string Read(string resource)
    {
        using var reader = new StreamReader(typeof(ProjectFiles).Assembly.GetManifestResourceStream(resource)!);
        return reader.ReadToEnd();
    }

    [GeneratedRegex(@"//.*|""(\\.|[^""\\])*""")]
    private static partial Regex NoCode();

    [GeneratedRegex(@"[A-Za-z_]\w*")]
    private static partial Regex Identifier();
}
