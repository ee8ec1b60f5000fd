using Microsoft.ML;
using Microsoft.ML.Runtime;
using Plrs.MLNet.Tests.Support;
using Plrs.MLNet.Weights;
using static Plrs.MLNet.Tests.Weights.Downloads.TestDownload;

namespace Plrs.MLNet.Tests.Weights.Downloads;

/// <summary>What becomes of files, folders and processes when something is downloaded.</summary>
[TestClass]
public sealed class WeightsDownloadTests : IDisposable
{
    private readonly TestDownload _download = new();

    public void Dispose() => _download.Dispose();

    [TestMethod]
    public void AFileIsDownloadedOnce()
    {
        using var server = new FileServer(_ => new ServedAnswer(Content));

        var path = _download.Get(server);
        var again = _download.Get(server);

        Assert.AreEqual(Path.Combine(_download.Folder, Name), path);
        Assert.AreEqual(path, again);
        _download.AssertWhole();
        Assert.AreEqual(new ServedRequest("/models/" + Name, null, null), server.Requests.Single());
        Assert.AreEqual(new DownloadProgress(0, Content.Length), _download.Progress[0]);
        Assert.AreEqual(new DownloadProgress(Content.Length, Content.Length), _download.Progress[^1]);
        CollectionAssert.AreEqual(_download.Progress.OrderBy(progress => progress.Bytes).ToArray(), _download.Progress);
    }

    [TestMethod]
    public void AWholeDigestIsCompared()
    {
        using var server = new FileServer(_ => new ServedAnswer(Content));
        var almost = Digest(Content)[..63] + (Digest(Content)[63] == '0' ? '1' : '0');

        var error = _download.Fails(server, almost);
        _download.Get(server, Digest(Content));

        Assert.Contains($"its SHA-256 is {Digest(Content)}, not {almost}.", error);
        _download.AssertWhole();
    }

    [TestMethod]
    public void WithoutANetworkTheErrorSaysWhereToPutWhichFile()
    {
        Uri address;
        using (var gone = new FileServer(_ => new ServedAnswer(Content)))
        {
            address = gone.Address;
        }

        var error = Assert.ThrowsExactly<InvalidOperationException>(
            () => _download.Create().Get(new PublishedFile(new Uri(address, Name), Name, Digest(Content), 2_000_000)));

        Assert.StartsWith($"The weights '{Name}' cannot be downloaded: ", error.Message);
        Assert.EndsWith(
            $"Download {address}{Name} by other means, on another machine if need be, and put " +
            $"it into '{_download.Folder}' under the name '{Name}'; or train from scratch, with StartFrom set to PretrainedWeights.None.",
            error.Message);
    }

    [TestMethod]
    public void WhatCameBeforeItWasStoppedIsKept()
    {
        using var stop = new CancellationTokenSource();
        using var server = new FileServer(
            number =>
                new ServedAnswer(Content) { SentBytes = number == 0 ? 400_000 : int.MaxValue, OnSilence = number == 0 ? () => { } : null });

        Assert.Throws<OperationCanceledException>(() => _download.Create().Get(
            Published(server),
            progress =>
            {
                if (progress.Bytes == 400_000)
                {
                    stop.Cancel();
                }
            },
            stop.Token));
        _download.Get(server);

        Assert.AreEqual("bytes=400000-", server.Requests[1].Range);
        _download.AssertWhole();
    }

    [TestMethod]
    public void TwoAtOnceDownloadItOnce()
    {
        using var bothAsk = new Barrier(2);
        using var server = new FileServer(_ => new ServedAnswer(Content));

        Parallel.Invoke(Ask, Ask);

        Assert.HasCount(1, server.Requests);
        _download.AssertWhole();

        void Ask()
        {
            bothAsk.SignalAndWait();
            _download.Create().Get(Published(server));
        }
    }

    [TestMethod]
    public void AnotherProcessKeepsTheFileToItselfUntilItDies()
    {
        using var server = new FileServer(
            number =>
                new ServedAnswer(Content) { SentBytes = number == 0 ? 400_000 : int.MaxValue, OnSilence = number == 0 ? () => { } : null });
        var part = new FileInfo(Path.Combine(_download.Folder, Name + ".part"));
        ChildProcess.Download(
            Published(server),
            _download.Folder,
            IsOnTheWay,
            () => Assert.IsNull(PartialFile.TryOpen(Path.Combine(_download.Folder, Name))));

        _download.Get(server);

        Assert.AreEqual("bytes=400000-", server.Requests[1].Range);
        _download.AssertWhole();

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
        var path = _download.File(Name);
        File.WriteAllBytes(path, NewContent);

        var error = _download.Fails(server);

        Assert.AreEqual(
            $"The file '{path}' is damaged, or is not the one published at {server.Address}{Name}: " +
            $"its SHA-256 is {Digest(NewContent)}, not one that begins with {Digest(Content)[..8]}. Remove it, and it is downloaded again.",
            error);
        CollectionAssert.AreEqual(NewContent, File.ReadAllBytes(path));
        Assert.IsEmpty(server.Requests);
    }

    [TestMethod]
    public void AFileThatCannotBeReadIsNamed()
    {
        using var server = new FileServer(_ => new ServedAnswer(Content));
        using var locked = new FileStream(_download.File(Name), FileMode.Create, FileAccess.Write, FileShare.None);

        var error = _download.Fails(server);

        Assert.StartsWith($"The file '{Path.Combine(_download.Folder, Name)}' cannot be read: The process cannot access the file", error);
    }

    [TestMethod]
    public void AFileThatWasPutThereIsUsed()
    {
        using var server = new FileServer(_ => new ServedAnswer(NewContent));
        File.WriteAllBytes(_download.File(Name), Content);

        _download.Get(server);

        Assert.IsEmpty(server.Requests);
        _download.AssertWhole();
    }

    [TestMethod]
    public void AFolderThatCannotBeMadeIsNamed()
    {
        using var server = new FileServer(_ => new ServedAnswer(Content));
        File.WriteAllBytes(_download.Folder, []);

        var error = _download.Fails(server);

        Assert.StartsWith($"The weights '{Name}' cannot be written to '{_download.Folder}': ", error);
        Assert.EndsWith(
            "Make room or give the right to write there, or set the environment variable MICROSOFTML_RESOURCE_PATH to another folder.",
            error);
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public void AFullDiskIsNamed()
    {
        using var server = new FileServer(_ => new ServedAnswer(Content));
        File.CreateSymbolicLink(_download.File(Name + ".part"), "/dev/full");

        var error = _download.Fails(server);

        Assert.StartsWith($"The weights '{Name}' cannot be written to '{_download.Folder}': No space left on device", error);
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
            Assert.ThrowsExactly<InvalidOperationException>(() => _download.Create().Get(file, report.OnProgress));
        }

        Assert.HasCount(
            1,
            log.Where(
                message =>
                    message.Contains(
                        $"Downloading {server.Address}resnet18-f37072fd.pth. " +
                        "torchvision, which publishes the weights, is under the BSD 3-Clause licence;",
                        StringComparison.Ordinal)));
    }

    [TestMethod]
    public void AContextThatCancelsStopsTheDownload()
    {
        var mlContext = new MLContext();
        mlContext.CancelExecution();
        using var server = new FileServer(_ => new ServedAnswer(Content));
        using var report = new DownloadReport(((IHostEnvironment)mlContext).Register("test"), Published(server), KnownWeights.Licence);

        Assert.Throws<OperationCanceledException>(() => _download.Create().Get(Published(server), report.OnProgress));

        Assert.HasCount(1, server.Requests);
        Assert.IsFalse(File.Exists(Path.Combine(_download.Folder, Name)));
    }
}
