namespace Plrs.MLNet.Tests.Support;

/// <summary>What all tests of this project share.</summary>
[TestClass]
public sealed class SharedSources
{
    /// <summary>See <see cref="TestThreads"/>.</summary>
    [AssemblyInitialize]
    public static void UseOneThread(TestContext context) => TestThreads.UseOneThread(context);

    /// <summary>Removes <see cref="SourceCopy.Shared"/> when all tests have ended.</summary>
    [AssemblyCleanup]
    public static void Remove() => SourceCopy.DisposeShared();
}
