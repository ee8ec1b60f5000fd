using System.Runtime.InteropServices;
using Plrs.MLNet.Torch;

namespace Plrs.MLNet.Tests.Torch;

[TestClass]
[DoNotParallelize]
public sealed class NativeAllocatorTests
{
    [TestMethod]
    public void TheAllocatorIsTunedWhereGlibcIs()
    {
        var glibc = OperatingSystem.IsLinux() && NativeLibrary.TryLoad("libc.so.6", out _);

        Assert.AreEqual(glibc, NativeAllocator.Tune());
        Assert.AreEqual(glibc, NativeAllocator.Tune(), "a second time");
    }
}
