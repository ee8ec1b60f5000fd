namespace Plrs.MLNet.Tests.Support;

/// <summary>Removes <see cref="SourceCopy.Shared"/> when all tests have ended.</summary>
[TestClass]
public sealed class SharedSources
{
    [AssemblyCleanup]
    public static void Remove() => SourceCopy.DisposeShared();
}
