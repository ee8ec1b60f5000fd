using System.Runtime.InteropServices;
using Plrs.MLNet.Torch;
using static TorchSharp.torch;

namespace Plrs.MLNet.Tests.Torch;

[TestClass]
[DoNotParallelize]
public sealed unsafe class DeterministicAlgorithmsTests
{
    [TestMethod]
    public void LibtorchSaysThatTheyAreAskedFor()
    {
        using var loaded = zeros(1);
        Assert.IsTrue(DeterministicAlgorithms.AskFor());

        if (OperatingSystem.IsLinux())
        {
            Assert.IsTrue(Get("_ZNK2at7Context18deterministicCuDNNEv"));
            Assert.IsFalse(Get("_ZNK2at7Context14benchmarkCuDNNEv"));
        }
    }

    private static bool Get(string getter)
    {
        var libtorch = NativeLibrary.Load("libtorch_cpu.so");
        var context = ((delegate* unmanaged<void*>)NativeLibrary.GetExport(libtorch, "_ZN2at13globalContextEv"))();
        return ((delegate* unmanaged<void*, byte>)NativeLibrary.GetExport(libtorch, getter))(context) != 0;
    }
}
