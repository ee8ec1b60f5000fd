namespace Plrs.MLNet.Tests.Build;

/// <summary>A folder of a test's own, removed with all in it when disposed.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("plrs-").FullName;

    public string File(string name) => Path.Combine(Root, name);

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
