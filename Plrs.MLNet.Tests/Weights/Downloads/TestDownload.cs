using System.Security.Cryptography;
using Plrs.MLNet.Tests.Support;
using Plrs.MLNet.Weights;

namespace Plrs.MLNet.Tests.Weights.Downloads;

/// <summary>The download of one file into a folder of the test's own.</summary>
internal sealed class TestDownload : IDisposable
{
    public const string Name = "network-12345678.pth";

    private readonly TemporaryFolder _folder = new();

    public static byte[] Content { get; } = Bytes(seed: 1, count: 1_000_000);

    /// <summary>Another version of the file.</summary>
    public static byte[] NewContent { get; } = Bytes(seed: 2, count: 900_000);

    /// <summary>Where the file is to be. The folder is not there yet.</summary>
    public string Folder => Path.Combine(_folder.Path, "weights");

    /// <summary>What was told of the download.</summary>
    public List<DownloadProgress> Progress { get; } = [];

    public static byte[] Bytes(int seed, int count)
    {
        var bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    public static string Digest(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    public static PublishedFile Published(FileServer server, string? sha256 = null) =>
        new(new Uri(server.Address, Name), Name, sha256 ?? Digest(Content)[..8], LargestBytes: 2_000_000);

    public WeightsDownload Create(TimeProvider? time = null) => new()
    {
        Folder = Folder,
        Pause = TimeSpan.Zero,
        Time = time ?? TimeProvider.System,
    };

    public string Get(FileServer server, string? sha256 = null, TimeProvider? time = null) =>
        Create(time).Get(Published(server, sha256), Progress.Add);

    /// <returns>The error's message.</returns>
    public string Fails(FileServer server, string? sha256 = null, TimeProvider? time = null) =>
        Assert.ThrowsExactly<InvalidOperationException>(() => Get(server, sha256, time)).Message;

    /// <summary>The path of a file in the folder, which is there then.</summary>
    public string File(string name) => _folder.File("weights", name);

    /// <summary>The file is there, whole, and nothing else is.</summary>
    public void AssertWhole(byte[]? content = null)
    {
        CollectionAssert.AreEqual(content ?? Content, System.IO.File.ReadAllBytes(Path.Combine(Folder, Name)));
        Assert.AreEqual(Path.Combine(Folder, Name), Directory.GetFiles(Folder).Single());
    }

    public void Dispose() => _folder.Dispose();
}
