using System.Security.Cryptography;
using System.Text;
using Plrs.MLNet.Checkpoints;
using Plrs.MLNet.Tests.Support;

namespace Plrs.MLNet.Tests.Checkpoints;

[TestClass]
public sealed class CheckpointFileTests
{
    private const int HeaderBytes = 52;
    private const string Content = "all that was learnt";

    [TestMethod]
    public void WhatIsWrittenIsRead()
    {
        using var folder = new TemporaryFolder();
        var path = Written(folder);

        Assert.AreEqual(Content, Read(path));
        Assert.HasCount(1, Directory.GetFiles(folder.Path));
    }

    [TestMethod]
    public void AFileOfTheSameNameIsReplaced()
    {
        using var folder = new TemporaryFolder();
        var path = Written(folder);

        CheckpointContent.File.Write(path, writer => writer.Write("more"));

        Assert.AreEqual("more", Read(path));
    }

    [TestMethod]
    public void AFailedWriteLeavesTheOldFileAndNothingElse()
    {
        using var folder = new TemporaryFolder();
        var path = Written(folder);

        Assert.ThrowsExactly<IOException>(() => CheckpointContent.File.Write(path, writer =>
        {
            writer.Write("half");
            throw new IOException("disk full");
        }));

        Assert.AreEqual(Content, Read(path));
        Assert.HasCount(1, Directory.GetFiles(folder.Path));
    }

    [TestMethod]
    public void EveryFlippedBitIsNoticed()
    {
        using var folder = new TemporaryFolder();
        var path = Written(folder);
        var bytes = File.ReadAllBytes(path);

        for (var bit = 0; bit < 8 * bytes.Length; bit++)
        {
            var damaged = (byte[])bytes.Clone();
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            File.WriteAllBytes(path, damaged);

            var error = Assert.ThrowsExactly<FormatException>(() => Read(path), $"bit {bit}");

            var reason = (bit / 8) switch
            {
                < 8 => "it is no checkpoint of this library: it does not begin with PLRSCKPT",
                < 12 => "of the format; this version of the library reads version 4",
                < 20 => $"it is truncated or damaged: it has {bytes.Length - HeaderBytes} bytes after its header, which announces ",
                _ => "it is damaged: its content does not match its checksum",
            };
            Assert.Contains(reason, error.Message);
        }
    }

    [TestMethod]
    public void EveryTruncationIsNoticed()
    {
        using var folder = new TemporaryFolder();
        var path = Written(folder);
        var bytes = File.ReadAllBytes(path);

        for (var length = 0; length < bytes.Length; length++)
        {
            File.WriteAllBytes(path, bytes[..length]);

            var error = Assert.ThrowsExactly<FormatException>(() => Read(path), $"{length} bytes");

            var reason = length switch
            {
                < 8 => "it is no checkpoint",
                < HeaderBytes => $"it is truncated: it has {length} bytes, not even a whole header",
                _ => $"it is truncated or damaged: it has {length - HeaderBytes} bytes after its header, " +
                    $"which announces {bytes.Length - HeaderBytes}",
            };
            Assert.Contains(reason, error.Message);
        }
    }

    [TestMethod]
    public void AFileOfAnOlderVersionIsRefusedByItsVersion()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("old.plrs");
        byte[] content = [1, 2, 3];
        File.WriteAllBytes(path, [.. "PLRSCKPT"u8, 1, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, .. SHA256.HashData(content), .. content]);

        Assert.AreEqual(
            "it has version 1 of the format; this version of the library reads version 4",
            Assert.ThrowsExactly<FormatException>(() => Read(path)).Message);
    }

    [TestMethod]
    public void ContentOfAnotherLengthThanItsReaderExpectsIsRefused()
    {
        using var folder = new TemporaryFolder();
        var path = Written(folder);

        Assert.AreEqual(
            "its content is longer than expected",
            Assert.ThrowsExactly<FormatException>(() => CheckpointContent.File.Read(path, reader => reader.ReadByte())).Message);
        Assert.AreEqual(
            "its content ends too early",
            Assert.ThrowsExactly<FormatException>(
                () => CheckpointContent.File.Read(path, reader => _ = (reader.ReadString(), reader.ReadByte()))).Message);
    }

    [TestMethod]
    public void ATextFileIsNoCheckpoint()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("notes.txt");
        File.WriteAllText(path, string.Join('\n', Enumerable.Repeat("Not a checkpoint.", 10)), Encoding.UTF8);

        Assert.AreEqual(
            "it is no checkpoint of this library: it does not begin with PLRSCKPT",
            Assert.ThrowsExactly<FormatException>(() => Read(path)).Message);
    }

    private static string Written(TemporaryFolder folder)
    {
        var path = folder.File("file.plrs");
        CheckpointContent.File.Write(path, writer => writer.Write(Content));
        return path;
    }

    private static string Read(string path)
    {
        var content = "";
        CheckpointContent.File.Read(path, reader => content = reader.ReadString());
        return content;
    }
}
