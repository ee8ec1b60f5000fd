using Microsoft.ML.Runtime;

namespace Plrs.MLNet.Weights;

/// <summary>Tells ML.NET's log and progress channel of a download, and stops it when the context cancels.</summary>
internal sealed class DownloadReport(IHost host, PublishedFile file, string terms) : IDisposable
{
    private IProgressChannel? _channel;
    private DownloadProgress _progress = new(0, null);

    /// <summary>Gets a network's published weights; the log says what is downloaded, and under what terms, when it is.</summary>
    /// <inheritdoc cref="WeightsDownload.Get" path="/exception"/>
    /// <returns>The path of the file.</returns>
    public static string Get(
        WeightsDownload download, IHost host, KnownWeights weights, string? sha256 = null, CancellationToken stop = default)
    {
        var file = weights.File(sha256);
        using var report = new DownloadReport(host, file, KnownWeights.Licence);
        return download.Get(file, report.OnProgress, stop);
    }

    public void OnProgress(DownloadProgress progress)
    {
        host.CheckAlive();
        _progress = progress;
        _channel ??= Begin();
    }

    public void Dispose()
    {
        _channel?.Checkpoint(_progress.Bytes);
        _channel?.Dispose();
    }

    private IProgressChannel Begin()
    {
        using (var log = host.Start("Download"))
        {
            log.Info($"Downloading {file.Address}. {terms}");
        }

        var channel = host.StartProgressChannel("Download");
        channel.SetHeader(new ProgressHeader("bytes"), entry => entry.SetProgress(0, _progress.Bytes, _progress.TotalBytes ?? double.NaN));
        return channel;
    }
}
