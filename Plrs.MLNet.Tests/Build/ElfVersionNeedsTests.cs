using System.Runtime.InteropServices;
using Plrs.MLNet.Build;
using static TorchSharp.torch;

namespace Plrs.MLNet.Tests.Build;

[TestClass]
public sealed class ElfVersionNeedsTests
{
    private const string Version = "GLIBCXX_3.4.32";

    private static readonly byte[] Library = ElfImage.With(
        ("libm.so.6", ["GLIBC_2.2.5"]),
        ("libstdc++.so.6", ["CXXABI_1.3", "GLIBCXX_3.4.3", Version, "GLIBCXX_3.4.321"]),
        ("libc.so.6", ["GLIBC_2.14", "GLIBC_2.2.5"]));

    private static readonly byte[] Damage = [0x00, 0x01, 0x10, 0x7f, 0x80, 0xf0, 0xff];

    [TestMethod]
    public void TheFlagOfThatVersionAloneChanges()
    {
        var image = Library.ToArray();

        Assert.IsTrue(ElfVersionNeeds.MarkWeak(image, Version));

        // Header (64), libm's two entries, libstdc++'s own and its first two; then vna_hash (4 bytes) and vna_flags.
        const int flags = 64 + (5 * 16) + 4;
        var expected = Library.ToArray();
        expected[flags] = 2;
        CollectionAssert.AreEqual(expected, image);
    }

    [TestMethod]
    public void AWeakNeedIsLeftAsItIs()
    {
        var once = Library.ToArray();
        ElfVersionNeeds.MarkWeak(once, Version);
        var twice = once.ToArray();

        Assert.IsFalse(ElfVersionNeeds.MarkWeak(twice, Version));
        CollectionAssert.AreEqual(once, twice);
    }

    [TestMethod]
    [DataRow("GLIBCXX_3.4.31")]
    [DataRow("GLIBCXX_3.4.3211")]
    [DataRow("libc.so.6")]
    public void AVersionThatIsNotNeededChangesNothing(string version)
    {
        var image = Library.ToArray();

        Assert.IsFalse(ElfVersionNeeds.MarkWeak(image, version));
        CollectionAssert.AreEqual(Library, image);
    }

    [TestMethod]
    public void EveryLibraryThatGivesTheVersionIsMarked()
    {
        var image = ElfImage.With(("a.so", ["V1"]), ("b.so", ["V1", "V2"]));

        Assert.IsTrue(ElfVersionNeeds.MarkWeak(image, "V1"));
        Assert.AreEqual((2, 2, 0), (image[64 + 16 + 4], image[64 + 48 + 4], image[64 + 64 + 4]));
    }

    [TestMethod]
    public void OnlySixtyFourBitLittleEndianElfIsAccepted()
    {
        byte[] bits32 = [.. Library];
        bits32[4] = 1;
        byte[] bigEndian = [.. Library];
        bigEndian[5] = 2;

        foreach (var image in new byte[][]
        {
            [],
            "MZ, or any other text that is longer than the header of an ELF file."u8.ToArray(),
            bits32,
            bigEndian,
        })
        {
            var error = Assert.ThrowsExactly<BadImageFormatException>(() => ElfVersionNeeds.MarkWeak(image, Version));
            Assert.AreEqual("Not a 64-bit little-endian ELF file.", error.Message);
        }
    }

    [TestMethod]
    public void ATruncatedFileIsRefused()
    {
        for (var length = 0; length < Library.Length - 24; length++)
        {
            var image = Library[..length];

            Assert.ThrowsExactly<BadImageFormatException>(() => ElfVersionNeeds.MarkWeak(image, Version), $"Truncated to {length} bytes.");
        }
    }

    [TestMethod]
    [Timeout(30_000)]
    public void DamageAnywhereEndsInAnAnswerOrInBadImageFormat()
    {
        for (var offset = 0; offset < Library.Length; offset++)
        {
            for (var width = 1; width <= 8; width *= 2)
            {
                foreach (var value in Damage)
                {
                    var image = Library.ToArray();
                    image.AsSpan(offset, Math.Min(width, image.Length - offset)).Fill(value);
                    MarkWeakOrRefuse(image);
                }
            }
        }
    }

    [TestMethod]
    [Timeout(30_000)]
    public void EntriesThatRepeatThemselvesAreRefused()
    {
        // 16 MB in which every need claims 65,535 versions and the next need follows at once: 2^36 steps if followed.
        var image = new byte[16 << 20];
        image.AsSpan().Fill(0xff);
        Library.AsSpan(0, 64).CopyTo(image);
        var table = BitConverter.ToInt32(Library, 0x28);
        Library.AsSpan(table).CopyTo(image.AsSpan(table));
        for (var need = 1024; need < image.Length - 16; need += 16)
        {
            new byte[] { 1, 0, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 0, 0, 16, 0, 0, 0 }.CopyTo(image, need);
        }

        BitConverter.TryWriteBytes(image.AsSpan(table + (2 * 64) + 0x18), 1024L);

        var error = Assert.ThrowsExactly<BadImageFormatException>(() => ElfVersionNeeds.MarkWeak(image, Version));
        StringAssert.StartsWith(error.Message, "The ELF file is damaged", StringComparison.Ordinal);
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public void TheLibraryInTheOutputFolderLoadsHere()
    {
        var path = Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native", "libLibTorchSharp.so");
        var image = File.ReadAllBytes(path);
        var needs = ElfVersionNeeds.MarkWeak(image, Version);

        var provided = NativeLibrary.TryGetExport(NativeLibrary.Load("libstdc++.so.6"), "_ZSt21ios_base_library_initv", out _);
        Assert.IsTrue(provided || !needs, $"{path} still needs {Version}, which this system's libstdc++ lacks.");
        Assert.AreEqual(3f, ones(3).sum().item<float>());
        Assert.IsFalse(ElfVersionNeeds.MarkWeak(image, Version));
    }

    private static void MarkWeakOrRefuse(byte[] image)
    {
        try
        {
            ElfVersionNeeds.MarkWeak(image, Version);
        }
        catch (BadImageFormatException)
        {
            // Refusing is right; any other exception fails the test.
        }
    }
}
