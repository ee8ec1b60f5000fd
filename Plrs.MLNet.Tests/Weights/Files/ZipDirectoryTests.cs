using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Plrs.MLNet.Weights;

namespace Plrs.MLNet.Tests.Weights.Files;

[TestClass]
public sealed class ZipDirectoryTests
{
    private static readonly byte[] Numbers = [.. Enumerable.Range(0, 100).Select(i => (byte)(i % 7))];

    [TestMethod]
    [DataRow(CompressionLevel.NoCompression)]
    [DataRow(CompressionLevel.Optimal)]
    public void EntriesAreFoundAndUnpacked(CompressionLevel compression)
    {
        var zip = Open(TorchFile.Zip([("first", [1, 2]), ("second", Numbers)], compression));

        CollectionAssert.AreEqual(new[] { "archive/first", "archive/second" }, zip.Names.ToArray());
        CollectionAssert.AreEqual(Numbers, Read(zip, "archive/second"));
        Assert.IsNull(zip.Find("archive/third"));
    }

    [TestMethod]
    public void ALongCommentAndDataBeforeTheEndDoNotHideTheDirectory()
    {
        using var stream = new MemoryStream();
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            archive.Comment = new string('c', 5000);
            using var entry = archive.CreateEntry("a", CompressionLevel.NoCompression).Open();
            entry.Write(Numbers);
        }

        CollectionAssert.AreEqual(Numbers, Read(Open(stream.ToArray()), "a"));
    }

    /// <summary>A file above 4 GiB has its places and lengths in 64 bits; a small one may.</summary>
    [TestMethod]
    public void Zip64IsRead()
    {
        using var file = new MemoryStream();
        using var writer = new BinaryWriter(file);
        writer.Write([.. "PK\x03\x04"u8, 45, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        writer.Write([.. Enumerable.Repeat((byte)0xFF, 8), 1, 0, 4, 0, (byte)'a', 9, 9, 0, 0]);
        writer.Write(Numbers);
        var directory = file.Position;
        writer.Write([.. "PK\x01\x02"u8, 45, 0, 45, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        writer.Write(
            [
                .. Enumerable.Repeat((byte)0xFF, 8), 1, 0, 28, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, .. Enumerable.Repeat((byte)0xFF, 4),
                (byte)'a', 1, 0, 24, 0,
            ]);
        writer.Write([(long)Numbers.Length, Numbers.Length, 0]);
        var end = file.Position;
        writer.Write([.. "PK\x06\x06"u8, 44, 0, 0, 0, 0, 0, 0, 0, 45, 0, 45, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        writer.Write([1L, 1, end - directory, directory]);
        writer.Write([.. "PK\x06\x07"u8, 0, 0, 0, 0]);
        writer.Write(end);
        writer.Write(1);
        writer.Write([.. "PK\x05\x06"u8, 0, 0, 0, 0, .. Enumerable.Repeat((byte)0xFF, 12), 0, 0]);

        CollectionAssert.AreEqual(Numbers, Read(Open(file.ToArray()), "a"));
    }

    [TestMethod]
    public void AnEntryThatUnpacksToGigabytesIsRefusedBeforehand()
    {
        using var stream = new MemoryStream();
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            using var entry = archive.CreateEntry("bomb", CompressionLevel.Optimal).Open();
            var zeros = new byte[1 << 20];
            for (var i = 0; i < 64; i++)
            {
                entry.Write(zeros);
            }
        }

        AssertRefused("it claims contents that take more memory than twice its", stream.ToArray(), "bomb");

        // It says that it is small, and is not.
        var liar = stream.ToArray();
        BinaryPrimitives.WriteInt32LittleEndian(liar.AsSpan(liar.AsSpan().IndexOf("PK\x01\x02"u8) + 24), 1000);
        AssertRefused("its zip entry 'bomb' is damaged, encrypted or there twice", liar, "bomb");
    }

    [TestMethod]
    public void DamagedDirectoriesSayWhatIsWrong()
    {
        var zip = TorchFile.Zip([("a", Numbers)]);
        var entry = zip.AsSpan().LastIndexOf("PK\x01\x02"u8);
        var end = zip.AsSpan().LastIndexOf("PK\x05\x06"u8);

        AssertRefused("it begins as a zip, but the directory at its end is missing: it may be cut off", zip[..^1]);
        AssertRefused("it is a damaged zip: its directory has fewer entries than its end says", With(end + 10, 2));
        AssertRefused("it ends too early", With(end + 12, 255, 255, 255, 127));
        AssertRefused("it is a damaged zip: its directory is cut off", With(entry + 30, 255, 255));
        AssertRefused("its zip entry 'archive/a' is packed by method 14; none and deflate can be read", With(entry + 10, 14));
        AssertRefused("its zip entry 'archive/a' is damaged, encrypted or there twice", With(entry + 8, 1));
        AssertRefused("its zip entry 'archive/a' is damaged, encrypted or there twice", With(entry + 42, 1));
        AssertRefused("its zip entry 'archive/a' is damaged, encrypted or there twice", With(entry + 24, 1));
        AssertRefused("its zip entry 'archive/a' is damaged, encrypted or there twice", TorchFile.Zip([("a", Numbers), ("a", Numbers)]));

        byte[] With(int place, params byte[] bytes)
        {
            var damaged = zip.ToArray();
            bytes.CopyTo(damaged, place);
            return damaged;
        }
    }

    private static ZipDirectory Open(byte[] file) => new(new FileSource(new MemoryStream(file), new MemoryAllowance(file.Length)));

    private static byte[] Read(ZipDirectory zip, string name)
    {
        var (source, position, length) = zip.Find(name)!.Value;
        return source.ReadArray(position, length);
    }

    private static void AssertRefused(string message, byte[] file, string entry = "archive/a") =>
        Assert.StartsWith(
            message,
            Assert.ThrowsExactly<FormatException>(() => Open(file).Find(entry), Encoding.Latin1.GetString(file.AsSpan(0, 40))).Message);
}

file static class Writing
{
    public static void Write(this BinaryWriter writer, long[] numbers) => Array.ForEach(numbers, writer.Write);
}
