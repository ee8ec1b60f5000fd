using static TorchSharp.torch;

namespace Plrs.MLNet.Tests.Support;

/// <summary>
/// The tests' networks are tiny: one thread is the quickest, and libtorch's threads, which wait by spinning, do not slow
/// down whatever else the machine is doing.
/// </summary>
[TestClass]
public sealed class TestThreads
{
    [AssemblyInitialize]
    public static void UseOneThread(TestContext context) => set_num_threads(1);
}
