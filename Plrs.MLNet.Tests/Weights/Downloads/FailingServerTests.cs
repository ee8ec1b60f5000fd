using Plrs.MLNet.Tests.Support;
using Plrs.MLNet.Weights;
using static Plrs.MLNet.Tests.Weights.Downloads.TestDownload;

namespace Plrs.MLNet.Tests.Weights.Downloads;

/// <summary>Downloads from a server on this machine, which fails in every way that servers do.</summary>
[TestClass]
public sealed class FailingServerTests : IDisposable
{
    private readonly TestDownload _download = new();

    public void Dispose() => _download.Dispose();

    [TestMethod]
    public void ABrokenConnectionIsGoneOnWith()
    {
        // One server breaks after half of it, one after every 300,000 bytes.
        foreach (var sent in new[] { 500_000, 300_000 })
        {
            using var server = new FileServer(_ => new ServedAnswer(Content) { SentBytes = sent });

            _download.Get(server);

            _download.AssertWhole();
            CollectionAssert.AreEqual(
                Enumerable.Range(0, (Content.Length + sent - 1) / sent).Select(i => i == 0 ? null : $"bytes={i * sent}-").ToArray(),
                server.Requests.Select(request => request.Range).ToArray());
            Assert.IsTrue(server.Requests.Skip(1).All(request => request.IfRange == "\"first\""));
            File.Delete(Path.Combine(_download.Folder, Name));
        }
    }

    [TestMethod]
    public void ADownloadThatFailedIsGoneOnWithTheNextTime()
    {
        using var server = new FileServer(number => number switch
        {
            0 => new ServedAnswer(Content) { SentBytes = 400_000 },
            < 4 => new ServedAnswer([]) { Status = "503 Service Unavailable" },
            _ => new ServedAnswer(Content),
        });

        var error = _download.Fails(server);
        _download.Get(server);

        Assert.Contains(
            $"The weights '{Name}' cannot be downloaded: Response status code does not indicate success: 503 (Service Unavailable). " +
            "The 400000 bytes that came are kept, and the next attempt goes on with them.", error);
        Assert.HasCount(5, server.Requests);
        Assert.AreEqual("bytes=400000-", server.Requests[4].Range);
        _download.AssertWhole();
    }

    [TestMethod]
    public void AServerWithoutRangesSendsAllOfItAgain()
    {
        using var server = new FileServer(
            number => new ServedAnswer(Content) { KnowsRanges = false, SentBytes = number == 0 ? 400_000 : int.MaxValue });

        _download.Get(server);

        Assert.AreEqual("bytes=400000-", server.Requests[1].Range);
        _download.AssertWhole();
    }

    [TestMethod]
    public void AServerThatGetsNoFurtherIsGivenUp()
    {
        using var server = new FileServer(_ => new ServedAnswer(Content) { KnowsRanges = false, SentBytes = 400_000 });

        _download.Fails(server);

        Assert.HasCount(4, server.Requests);
    }

    [TestMethod]
    [DataRow(null)]
    [DataRow("W/\"weak\"")]
    public void NothingIsAddedToAVersionThatTheServerDoesNotName(string? tag)
    {
        using var server = new FileServer(
            number => new ServedAnswer(Content) { Tag = tag, SentBytes = number == 0 ? 400_000 : int.MaxValue });

        _download.Get(server);

        Assert.IsNull(server.Requests[1].Range);
        _download.AssertWhole();
    }

    [TestMethod]
    public void AnotherVersionBeginsAnew()
    {
        using var server = new FileServer(number => number == 0
            ? new ServedAnswer(Content) { SentBytes = 400_000 }
            : new ServedAnswer(NewContent) { Tag = "\"second\"" });

        _download.Get(server, Digest(NewContent)[..8]);

        Assert.AreEqual("\"first\"", server.Requests[1].IfRange);
        _download.AssertWhole(NewContent);
    }

    [TestMethod]
    public void AnotherRangeThanWasAskedForBeginsAnew()
    {
        using var server = new FileServer(
            number => new ServedAnswer(Content) { SentBytes = number == 0 ? 400_000 : int.MaxValue, ClaimedStart = 7 });

        _download.Get(server);

        Assert.HasCount(3, server.Requests);
        Assert.IsNull(server.Requests[2].Range);
        _download.AssertWhole();
    }

    [TestMethod]
    public void APartThatIsLongerThanTheFileBeginsAnew()
    {
        using var longer = new FileServer(
            number => number == 0 ? new ServedAnswer(Content) { SentBytes = 950_000 } : new ServedAnswer([]) { Status = "404 Not Found" });
        _download.Fails(longer);
        using var server = new FileServer(_ => new ServedAnswer(NewContent));

        _download.Get(server, Digest(NewContent)[..8]);

        Assert.AreEqual("bytes=950000-", server.Requests[0].Range);
        _download.AssertWhole(NewContent);
    }

    [TestMethod]
    public void AServerThatFallsSilentIsAskedAgain()
    {
        var time = new ManualTime();
        using var server = new FileServer(number => number == 0
            ? new ServedAnswer(Content) { SentBytes = 400_000, OnSilence = time.Elapse }
            : new ServedAnswer(Content));

        _download.Get(server, time: time);

        Assert.HasCount(2, server.Requests);
        _download.AssertWhole();
    }

    [TestMethod]
    public void AServerThatIsSilentIsGivenUp()
    {
        var time = new ManualTime();
        using var server = new FileServer(_ => new ServedAnswer(Content) { SentBytes = 0, OnSilence = time.Elapse });

        var error = _download.Fails(server, time: time);

        Assert.HasCount(3, server.Requests);
        Assert.Contains("cannot be downloaded: The server said nothing for 30 seconds.", error);
    }

    [TestMethod]
    public void AnotherFileIsThrownAway()
    {
        using var server = new FileServer(_ => new ServedAnswer(NewContent));

        var error = _download.Fails(server);

        Assert.StartsWith(
            $"What came from {server.Address}{Name} is not the weights '{Name}': " +
            $"its SHA-256 is {Digest(NewContent)}, not one that begins with {Digest(Content)[..8]}. It was thrown away. " +
            $"Download {server.Address}{Name} by other means, on another machine if need be, and put " +
            $"it into '{_download.Folder}' under the name '{Name}'; or train from scratch, with StartFrom set to PretrainedWeights.None.",
            error);
        Assert.IsEmpty(Directory.GetFiles(_download.Folder));
    }

    [TestMethod]
    [DataRow("404 Not Found", 1)]
    [DataRow("403 Forbidden", 1)]
    [DataRow("500 Internal Server Error", 3)]
    [DataRow("429 Too Many Requests", 3)]
    public void AServerThatRefusesIsNamed(string status, int requests)
    {
        using var server = new FileServer(_ => new ServedAnswer([]) { Status = status });

        var error = _download.Fails(server);

        Assert.HasCount(requests, server.Requests);
        Assert.StartsWith(
            $"The weights '{Name}' cannot be downloaded: Response status code does not indicate success: {status[..3]} ({status[4..]}). " +
            $"Download {server.Address}{Name} by other means", error);
    }

    [TestMethod]
    [DataRow(4_000_000_000_000L)]
    [DataRow(0L)]
    public void AFileThatIsTooLargeIsRefused(long claimed)
    {
        // One server says so, the other just sends.
        using var server = new FileServer(_ => new ServedAnswer(Bytes(seed: 3, count: 3_000_000)) { ClaimedLength = claimed });

        var error = _download.Fails(server);

        Assert.HasCount(1, server.Requests);
        Assert.MatchesRegex(
            $"^{server.Address}{Name} is not the weights '{Name}': it has [0-9]+ bytes or more, and they have at most 2000000\\.$", error);
        Assert.AreEqual(0, new FileInfo(Path.Combine(_download.Folder, Name + ".part")).Length);
    }

    [TestMethod]
    public void AFileWithoutALengthIsTakenByItsDigest()
    {
        using var server = new FileServer(number => new ServedAnswer(Content) { ClaimedLength = 0 });

        _download.Get(server);

        Assert.AreEqual(new DownloadProgress(Content.Length, null), _download.Progress[^1]);
        _download.AssertWhole();
    }

    [TestMethod]
    public void ARedirectionIsFollowed()
    {
        using var server = new FileServer(_ => new ServedAnswer(Content));
        using var first = new FileServer(
            _ => new ServedAnswer([]) { Status = "302 Found", Location = new Uri(server.Address, "elsewhere") });

        _download.Get(first);

        Assert.AreEqual("/models/elsewhere", server.Requests.Single().Path);
        _download.AssertWhole();
    }
}
