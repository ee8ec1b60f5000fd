using System.Text.Json;
using System.Xml.Linq;

namespace Plrs.MLNet.Tests.Build;

/// <summary>A new console project, in which the lines of a page are run as they stand there.</summary>
internal sealed class PageProject
{
    private readonly PageMachine _machine;
    private string _folder;

    /// <summary>Runs the lines of a page. A project is made before them, unless they make it.</summary>
    /// <param name="machine">Where.</param>
    /// <param name="name">The name of the folder that the lines begin in.</param>
    /// <param name="lines">The lines.</param>
    /// <param name="references">Packages, and their versions, that the project has before, as that of somebody who comes from them.</param>
    public PageProject(
        PageMachine machine, string name, IReadOnlyList<string> lines, params ReadOnlySpan<(string Name, string Version)> references)
    {
        (_machine, _folder) = (machine, machine.NewFolder(name));
        if (!lines[0].StartsWith("dotnet new ", StringComparison.Ordinal))
        {
            Run("dotnet new console --no-restore");
            Reference(references);
        }

        foreach (var line in lines)
        {
            Run(line);
        }
    }

    /// <summary>The packages that the project references, and their versions.</summary>
    public IReadOnlyDictionary<string, string> References => XElement.Load(ProjectFile).Descendants("PackageReference")
        .ToDictionary(package => package.Attribute("Include")!.Value, package => package.Attribute("Version")!.Value);

    private string ProjectFile => Directory.GetFiles(_folder, "*.csproj").Single();

    /// <summary>Runs a line of a page in the folder that the lines before have led to.</summary>
    public string Run(string line)
    {
        if (line.StartsWith("cd ", StringComparison.Ordinal))
        {
            _folder = Path.Combine(_folder, line["cd ".Length..]);
            return "";
        }

        return _machine.Run(_folder, line);
    }

    /// <summary>Builds a program as "dotnet run" does, and runs it.</summary>
    /// <returns>What it wrote to its output.</returns>
    public string RunProgram(string code, string argument)
    {
        File.WriteAllText(Path.Combine(_folder, "Program.cs"), code);
        return Run($"dotnet run -c Release -- {argument}");
    }

    /// <summary>The path of a file of the project.</summary>
    public string PathOf(params ReadOnlySpan<string> parts) => Path.Combine([_folder, .. parts]);

    /// <summary>The paths, in the publish folder, of what "dotnet publish" puts there. Nothing is compiled or copied.</summary>
    public IReadOnlyList<string> Published(string arguments)
    {
        const string Ask =
            "dotnet build -c Release -p:UseAppHost=false -t:ComputeResolvedFilesToPublishList -getItem:ResolvedFileToPublish";
        using var json = JsonDocument.Parse(Run($"{Ask} {arguments}".TrimEnd()));
        var files = json.RootElement.GetProperty("Items").GetProperty("ResolvedFileToPublish").EnumerateArray();
        return [.. files.Select(file => file.GetProperty("RelativePath").GetString()!.Replace('\\', '/'))];
    }

    private void Reference(ReadOnlySpan<(string Name, string Version)> packages)
    {
        var project = XElement.Load(ProjectFile);
        var items = new XElement("ItemGroup");
        foreach (var (name, version) in packages)
        {
            items.Add(new XElement("PackageReference", new XAttribute("Include", name), new XAttribute("Version", version)));
        }

        project.Add(items);
        project.Save(ProjectFile);
    }
}
