namespace Plrs.MLNet.Tests.Build;

/// <summary>
/// A package with one small native file, in the place of one of libtorch for another system, as it lies in a cache of NuGet: nothing is
/// downloaded for it.
/// </summary>
internal static class StandInPackage
{
    /// <summary>The name of the file in every stand-in.</summary>
    public const string FileName = "libtorch_stand_in";

    /// <summary>Puts one into a folder of restored packages.</summary>
    /// <param name="cache">The folder.</param>
    /// <param name="name">The name of the package, which ends with the runtime identifier.</param>
    /// <param name="version">Its version.</param>
    public static void AddTo(string cache, string name, string version)
    {
        Write(
            $"""
            <package><metadata>
              <id>{name}</id><version>{version}</version><authors>test</authors>
              <description>Stands in for the package of this name.</description>
            </metadata></package>
            """,
            $"{name}.nuspec");
        Write("", $"{name}.{version}.nupkg.sha512");
        Write("""{ "version": 2, "contentHash": "", "source": null }""", ".nupkg.metadata");
        Write("", "lib", "netstandard2.0", "_._");
        Write(name, "runtimes", RuntimeOf(name), "native", FileName);

        void Write(string content, params ReadOnlySpan<string> parts)
        {
            var path = Path.Combine([cache, name, version, .. parts]);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, content);
        }
    }

    /// <summary>The runtime identifier of a package of libtorch.</summary>
    public static string RuntimeOf(string name) => name["libtorch-cpu-".Length..];
}
