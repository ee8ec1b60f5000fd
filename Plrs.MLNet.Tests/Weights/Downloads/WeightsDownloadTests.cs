using System.Security.Cryptography;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using Plrs.MLNet.Networks;
using Plrs.MLNet.Tests.Support;
using Plrs.MLNet.Weights.Downloads;

namespace Plrs.MLNet.Tests.Weights.Downloads;

/// <summary>Downloads from a server on this machine, which fails in every way that servers do.</summary>
[TestClass]
public sealed class WeightsDownloadTests : IDisposable
{
    private const string Name = "network-12345678.pth";

    private static readonly byte[] Content = Bytes(seed: 1, count: 1_000_000);
    private static readonly byte[] NewContent = Bytes(seed: 2, count: 900_000);

    private readonly TemporaryFolder _folder = new();
    private readonly List<DownloadProgress> _progress = [];

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public void AFileIsDownloadedOnce()
    {
        using var server = new FileServer(_ => new ServedAnswer(Content));

        var path = Get(server);
        var again = Get(server);

        Assert.AreEqual(Path.Combine(Folder, Name), path);
        Assert.AreEqual(path, again);
        AssertWhole();
        Assert.AreEqual(new ServedRequest("/models/" + Name, null, null), server.Requests.Single());
        Assert.AreEqual(new DownloadProgress(0, Content.Length), _progress[0]);
        Assert.AreEqual(new DownloadProgress(Content.Length, Content.Length), _progress[^1]);
        CollectionAssert.AreEqual(_progress.OrderBy(progress => progress.Bytes).ToArray(), _progress);
    }

    [TestMethod]
    public void ABrokenConnectionIsGoneOnWith()
    {
        // One server breaks after half of it, one after every 300,000 bytes.
        foreach (var sent in new[] { 500_000, 300_000 })
        {
            using var server = new FileServer(_ => new ServedAnswer(Content) { SentBytes = sent });

            Get(server);

            AssertWhole();
            CollectionAssert.AreEqual(
                Enumerable.Range(0, (Content.Length + sent - 1) / sent).Select(i => i == 0 ? null : $"bytes={i * sent}-").ToArray(),
                server.Requests.Select(request => request.Range).ToArray());
            Assert.IsTrue(server.Requests.Skip(1).All(request => request.IfRange == "\"first\""));
            File.Delete(Path.Combine(Folder, Name));
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

        var error = Fails(server);
        Get(server);

        Assert.Contains($"The weights '{Name}' cannot be downloaded: Response status code does not indicate success: 503 (Service Unavailable). The 400000 bytes that came are kept, and the next attempt goes on with them.", error);
        Assert.HasCount(5, server.Requests);
        Assert.AreEqual("bytes=400000-", server.Requests[4].Range);
        AssertWhole();
    }

    [TestMethod]
    public void AServerWithoutRangesSendsAllOfItAgain()
    {
        using var server = new FileServer(number => new ServedAnswer(Content) { KnowsRanges = false, SentBytes = number == 0 ? 400_000 : int.MaxValue });

        Get(server);

        Assert.AreEqual("bytes=400000-", server.Requests[1].Range);
        AssertWhole();
    }

    [TestMethod]
    public void AServerThatGetsNoFurtherIsGivenUp()
    {
        using var server = new FileServer(_ => new ServedAnswer(Content) { KnowsRanges = false, SentBytes = 400_000 });

        Fails(server);

        Assert.HasCount(4, server.Requests);
    }

    [TestMethod]
    [DataRow(null)]
    [DataRow("W/\"weak\"")]
    public void NothingIsAddedToAVersionThatTheServerDoesNotName(string? tag)
    {
        using var server = new FileServer(number => new ServedAnswer(Content) { Tag = tag, SentBytes = number == 0 ? 400_000 : int.MaxValue });

        Get(server);

        Assert.IsNull(server.Requests[1].Range);
        AssertWhole();
    }

    [TestMethod]
    public void AnotherVersionBeginsAnew()
    {
        using var server = new FileServer(number => number == 0
            ? new ServedAnswer(Content) { SentBytes = 400_000 }
            : new ServedAnswer(NewContent) { Tag = "\"second\"" });

        Get(server, Digest(NewContent)[..8]);

        Assert.AreEqual("\"first\"", server.Requests[1].IfRange);
        AssertWhole(NewContent);
    }

    [TestMethod]
    public void AnotherRangeThanWasAskedForBeginsAnew()
    {
        using var server = new FileServer(number => new ServedAnswer(Content) { SentBytes = number == 0 ? 400_000 : int.MaxValue, ClaimedStart = 7 });

        Get(server);

        Assert.HasCount(3, server.Requests);
        Assert.IsNull(server.Requests[2].Range);
        AssertWhole();
    }

    [TestMethod]
    public void APartThatIsLongerThanTheFileBeginsAnew()
    {
        using var longer = new FileServer(number => number == 0 ? new ServedAnswer(Content) { SentBytes = 950_000 } : new ServedAnswer([]) { Status = "404 Not Found" });
        Fails(longer);
        using var server = new FileServer(_ => new ServedAnswer(NewContent));

        Get(server, Digest(NewContent)[..8]);

        Assert.AreEqual("bytes=950000-", server.Requests[0].Range);
        AssertWhole(NewContent);
    }

    [TestMethod]
    public void AServerThatFallsSilentIsAskedAgain()
    {
        var time = new ManualTime();
        using var server = new FileServer(number => number == 0
            ? new ServedAnswer(Content) { SentBytes = 400_000, OnSilence = time.Elapse }
            : new ServedAnswer(Content));

        Get(server, time: time);

        Assert.HasCount(2, server.Requests);
        AssertWhole();
    }

    [TestMethod]
    public void AServerThatIsSilentIsGivenUp()
    {
        var time = new ManualTime();
        using var server = new FileServer(_ => new ServedAnswer(Content) { SentBytes = 0, OnSilence = time.Elapse });

        var error = Fails(server, time: time);

        Assert.HasCount(3, server.Requests);
        Assert.Contains("cannot be downloaded: The server said nothing for 30 seconds.", error);
    }

    [TestMethod]
    public void AnotherFileIsThrownAway()
    {
        using var server = new FileServer(_ => new ServedAnswer(NewContent));

        var error = Fails(server);

        Assert.StartsWith(
            $"What came from {server.Address}{Name} is not the weights '{Name}': its SHA-256 is {Digest(NewContent)}, not one that begins with {Digest(Content)[..8]}. It was thrown away. " +
            $"Download {server.Address}{Name} by other means, on another machine if need be, and put it into '{Folder}' under the name '{Name}'; or train from scratch, without pretrained weights.",
            error);
        Assert.IsEmpty(Directory.GetFiles(Folder));
    }

    [TestMethod]
    public void AWholeDigestIsCompared()
    {
        using var server = new FileServer(_ => new ServedAnswer(Content));
        var almost = Digest(Content)[..63] + (Digest(Content)[63] == '0' ? '1' : '0');

        var error = Fails(server, almost);
        Get(server, Digest(Content));

        Assert.Contains($"its SHA-256 is {Digest(Content)}, not {almost}.", error);
        AssertWhole();
    }

    [TestMethod]
    [DataRow("404 Not Found", 1)]
    [DataRow("403 Forbidden", 1)]
    [DataRow("500 Internal Server Error", 3)]
    [DataRow("429 Too Many Requests", 3)]
    public void AServerThatRefusesIsNamed(string status, int requests)
    {
        using var server = new FileServer(_ => new ServedAnswer([]) { Status = status });

        var error = Fails(server);

        Assert.HasCount(requests, server.Requests);
        Assert.StartsWith($"The weights '{Name}' cannot be downloaded: Response status code does not indicate success: {status[..3]} ({status[4..]}). Download {server.Address}{Name} by other means", error);
    }

    [TestMethod]
    public void WithoutANetworkTheErrorSaysWhereToPutWhichFile()
    {
        Uri address;
        using (var gone = new FileServer(_ => new ServedAnswer(Content)))
        {
            address = gone.Address;
        }

        var error = Assert.ThrowsExactly<InvalidOperationException>(() => Download().Get(new PublishedFile(new Uri(address, Name), Name, Digest(Content), 2_000_000)));

        Assert.StartsWith($"The weights '{Name}' cannot be downloaded: ", error.Message);
        Assert.EndsWith(
            $"Download {address}{Name} by other means, on another machine if need be, and put it into '{Folder}' under the name '{Name}'; or train from scratch, without pretrained weights.",
            error.Message);
    }

    [TestMethod]
    [DataRow(4_000_000_000_000L)]
    [DataRow(0L)]
    public void AFileThatIsTooLargeIsRefused(long claimed)
    {
        // One server says so, the other just sends.
        using var server = new FileServer(_ => new ServedAnswer(Bytes(seed: 3, count: 3_000_000)) { ClaimedLength = claimed });

        var error = Fails(server);

        Assert.HasCount(1, server.Requests);
        Assert.MatchesRegex($"^{server.Address}{Name} is not the weights '{Name}': it has [0-9]+ bytes or more, and they have at most 2000000\\.$", error);
        Assert.AreEqual(0, new FileInfo(Path.Combine(Folder, Name + ".part")).Length);
    }

    [TestMethod]
    public void AFileWithoutALengthIsTakenByItsDigest()
    {
        using var server = new FileServer(number => new ServedAnswer(Content) { ClaimedLength = 0 });

        Get(server);

        Assert.AreEqual(new DownloadProgress(Content.Length, null), _progress[^1]);
        AssertWhole();
    }

    [TestMethod]
    public void ARedirectionIsFollowed()
    {
        using var server = new FileServer(_ => new ServedAnswer(Content));
        using var first = new FileServer(_ => new ServedAnswer([]) { Status = "302 Found", Location = new Uri(server.Address, "elsewhere") });

        Get(first);

        Assert.AreEqual("/models/elsewhere", server.Requests.Single().Path);
        AssertWhole();
    }

    [TestMethod]
    public void WhatCameBeforeItWasStoppedIsKept()
    {
        using var stop = new CancellationTokenSource();
        using var server = new FileServer(number => new ServedAnswer(Content) { SentBytes = number == 0 ? 400_000 : int.MaxValue, OnSilence = number == 0 ? () => { } : null });

        Assert.Throws<OperationCanceledException>(() => Download().Get(
            Published(server),
            progress =>
            {
                if (progress.Bytes == 400_000)
                {
                    stop.Cancel();
                }
            },
            stop.Token));
        Get(server);

        Assert.AreEqual("bytes=400000-", server.Requests[1].Range);
        AssertWhole();
    }

    [TestMethod]
    public void TwoAtOnceDownloadItOnce()
    {
        using var bothAsk = new Barrier(2);
        using var server = new FileServer(_ => new ServedAnswer(Content));

        Parallel.Invoke(Ask, Ask);

        Assert.HasCount(1, server.Requests);
        AssertWhole();

        void Ask()
        {
            bothAsk.SignalAndWait();
            Download().Get(Published(server));
        }
    }

    [TestMethod]
    public void AnotherProcessKeepsTheFileToItselfUntilItDies()
    {
        using var server = new FileServer(number => new ServedAnswer(Content) { SentBytes = number == 0 ? 400_000 : int.MaxValue, OnSilence = number == 0 ? () => { } : null });
        var part = new FileInfo(Path.Combine(Folder, Name + ".part"));
        ChildProcess.Download(Published(server), Folder, IsOnTheWay, () => Assert.IsNull(PartialFile.TryOpen(Path.Combine(Folder, Name))));

        Get(server);

        Assert.AreEqual("bytes=400000-", server.Requests[1].Range);
        AssertWhole();

        bool IsOnTheWay()
        {
            part.Refresh();
            return part is { Exists: true, Length: 400_000 };
        }
    }

    [TestMethod]
    public void AFileThatIsThereAndWrongIsNamedAndLeftAlone()
    {
        using var server = new FileServer(_ => new ServedAnswer(Content));
        var path = _folder.File("weights", Name);
        File.WriteAllBytes(path, NewContent);

        var error = Fails(server);

        Assert.AreEqual(
            $"The file '{path}' is damaged, or is not the one published at {server.Address}{Name}: its SHA-256 is {Digest(NewContent)}, not one that begins with {Digest(Content)[..8]}. Remove it, and it is downloaded again.",
            error);
        CollectionAssert.AreEqual(NewContent, File.ReadAllBytes(path));
        Assert.IsEmpty(server.Requests);
    }

    [TestMethod]
    public void AFileThatCannotBeReadIsNamed()
    {
        using var server = new FileServer(_ => new ServedAnswer(Content));
        using var locked = new FileStream(_folder.File("weights", Name), FileMode.Create, FileAccess.Write, FileShare.None);

        var error = Fails(server);

        Assert.StartsWith($"The file '{Path.Combine(Folder, Name)}' cannot be read: The process cannot access the file", error);
    }

    [TestMethod]
    public void AFileThatWasPutThereIsUsed()
    {
        using var server = new FileServer(_ => new ServedAnswer(NewContent));
        File.WriteAllBytes(_folder.File("weights", Name), Content);

        Get(server);

        Assert.IsEmpty(server.Requests);
        AssertWhole();
    }

    [TestMethod]
    public void AFolderThatCannotBeMadeIsNamed()
    {
        using var server = new FileServer(_ => new ServedAnswer(Content));
        File.WriteAllBytes(Folder, []);

        var error = Fails(server);

        Assert.StartsWith($"The weights '{Name}' cannot be written to '{Folder}': ", error);
        Assert.EndsWith("Make room or give the right to write there, or set the environment variable MICROSOFTML_RESOURCE_PATH to another folder.", error);
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public void AFullDiskIsNamed()
    {
        using var server = new FileServer(_ => new ServedAnswer(Content));
        File.CreateSymbolicLink(_folder.File("weights", Name + ".part"), "/dev/full");

        var error = Fails(server);

        Assert.StartsWith($"The weights '{Name}' cannot be written to '{Folder}': No space left on device", error);
        Assert.HasCount(1, server.Requests);
    }

    [TestMethod]
    public void TheLogSaysWhatIsDownloadedAndUnderWhatTerms()
    {
        var mlContext = new MLContext();
        var log = new List<string>();
        mlContext.Log += (_, e) => log.Add(e.Message);
        using var server = new FileServer(_ => new ServedAnswer(NewContent));
        var file = KnownWeights.Get(Network.ResNet18).File(repository: server.Address);
        using (var report = new DownloadReport(((IHostEnvironment)mlContext).Register("test"), file, KnownWeights.Licence))
        {
            Assert.ThrowsExactly<InvalidOperationException>(() => Download().Get(file, report.OnProgress));
        }

        Assert.HasCount(1, log.Where(message => message.Contains($"Downloading {server.Address}resnet18-f37072fd.pth. torchvision, which publishes the weights, is under the BSD 3-Clause licence;", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void AContextThatCancelsStopsTheDownload()
    {
        var mlContext = new MLContext();
        mlContext.CancelExecution();
        using var server = new FileServer(_ => new ServedAnswer(Content));
        using var report = new DownloadReport(((IHostEnvironment)mlContext).Register("test"), Published(server), KnownWeights.Licence);

        Assert.Throws<OperationCanceledException>(() => Download().Get(Published(server), report.OnProgress));

        Assert.HasCount(1, server.Requests);
        Assert.IsFalse(File.Exists(Path.Combine(Folder, Name)));
    }

    private string Folder => Path.Combine(_folder.Path, "weights");

    private static byte[] Bytes(int seed, int count)
    {
        var bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private static string Digest(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    private static PublishedFile Published(FileServer server, string? sha256 = null) =>
        new(new Uri(server.Address, Name), Name, sha256 ?? Digest(Content)[..8], LargestBytes: 2_000_000);

    private WeightsDownload Download(TimeProvider? time = null) => new()
    {
        Folder = Folder,
        Pause = TimeSpan.Zero,
        Time = time ?? TimeProvider.System,
    };

    private string Get(FileServer server, string? sha256 = null, TimeProvider? time = null) => Download(time).Get(Published(server, sha256), _progress.Add);

    private string Fails(FileServer server, string? sha256 = null, TimeProvider? time = null) =>
        Assert.ThrowsExactly<InvalidOperationException>(() => Get(server, sha256, time)).Message;

    private void AssertWhole(byte[]? content = null)
    {
        CollectionAssert.AreEqual(content ?? Content, File.ReadAllBytes(Path.Combine(Folder, Name)));
        Assert.AreEqual(Path.Combine(Folder, Name), Directory.GetFiles(Folder).Single());
    }

    /// <summary>Time that passes when a test says so.</summary>
    private sealed class ManualTime : TimeProvider
    {
        private readonly List<ManualTimer> _timers = [];

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = new ManualTimer(() => callback(state)) { IsSet = dueTime != Timeout.InfiniteTimeSpan };
            lock (_timers)
            {
                _timers.Add(timer);
            }

            return timer;
        }

        /// <summary>Lets the time of all timers come.</summary>
        public void Elapse()
        {
            ManualTimer[] timers;
            lock (_timers)
            {
                timers = [.. _timers.Where(timer => timer.IsSet)];
            }

            foreach (var timer in timers)
            {
                timer.IsSet = false;
                timer.Call();
            }
        }
    }

    private sealed class ManualTimer(Action call) : ITimer
    {
        public bool IsSet { get; set; }

        public Action Call => call;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            IsSet = dueTime != Timeout.InfiniteTimeSpan;
            return true;
        }

        public void Dispose() => IsSet = false;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
