using System.Net;
using Plrs.MLNet.Common;

namespace Plrs.MLNet.Weights;

/// <summary>
/// Gets published files into a folder, each once: what is there is used, what is half there is gone on with. A file has its name only when
/// its SHA-256 is right, and that is looked at again before each use.
/// </summary>
internal sealed class WeightsDownload
{
    // Attempts in a row that bring nothing.
    private const int MostAttempts = 3;

    private static readonly TimeSpan PauseOfWaiting = TimeSpan.FromMilliseconds(200);
    private static readonly HttpClient Client = new() { Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>Where the files are. Default: ML.NET's folder for what its components download.</summary>
    public string Folder { get; init; } = ResourceFolder.Path;

    /// <summary>How long a server may say nothing. Default 30 seconds.</summary>
    public TimeSpan LongestSilence { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The pause before an attempt that follows one that failed. Default 1 second.</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromSeconds(1);

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Gets a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="progress">Called on another thread as the download goes on; not when the file is there already.</param>
    /// <param name="stop">Stops the download; what has come so far is kept.</param>
    /// <returns>The path of the file.</returns>
    /// <exception cref="InvalidOperationException">
    /// The file is not there and cannot be downloaded, or is another one than it should be; the message says what to do.
    /// </exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public string Get(PublishedFile file, Action<DownloadProgress>? progress = null, CancellationToken stop = default) =>
        Task.Run(() => GetAsync(file, progress, stop), CancellationToken.None).GetAwaiter().GetResult();

    private async Task<string> GetAsync(PublishedFile file, Action<DownloadProgress>? progress, CancellationToken stop)
    {
        var path = Path.Combine(Folder, file.Name);
        while (!IsThere(path, file))
        {
            using var part = PartialFile.TryOpen(path);
            if (part is null)
            {
                await Task.Delay(PauseOfWaiting, stop).ConfigureAwait(false);
            }
            else if (File.Exists(path))
            {
                // Another process has finished it since it was looked for.
                part.Discard();
            }
            else
            {
                await DownloadAsync(file, part, progress, stop).ConfigureAwait(false);
                return path;
            }
        }

        return path;
    }

    private async Task DownloadAsync(PublishedFile file, PartialFile part, Action<DownloadProgress>? progress, CancellationToken stop)
    {
        var transfer = new FileTransfer(Client, LongestSilence, Time);
        var longest = part.Length;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await transfer.RunAsync(file, part, progress, stop).ConfigureAwait(false);
                break;
            }
            catch (Exception e) when (e is HttpRequestException or IOException or TimeoutException)
            {
                if (part.Length > longest)
                {
                    (longest, attempt) = (part.Length, 0);
                }

                if (attempt == MostAttempts || !MayPass(e))
                {
                    throw Unreachable(file, part, e);
                }
            }

            await Task.Delay(Pause, Time, stop).ConfigureAwait(false);
        }

        var digest = part.Digest();
        if (!digest.StartsWith(file.Sha256, StringComparison.Ordinal))
        {
            part.Discard();
            throw new InvalidOperationException(
                $"What came from {file.Address} is not the weights '{file.Name}': " +
                $"its SHA-256 is {digest}, not {FileDigest.Describe(file.Sha256)}. It was thrown away. {Remedy(file)}");
        }

        part.Complete();
    }

    /// <exception cref="InvalidOperationException">A file of that name is there, but another one.</exception>
    private static bool IsThere(string path, PublishedFile file)
    {
        if (!File.Exists(path))
        {
            return false;
        }

        var digest = Digest(path);
        return digest.StartsWith(file.Sha256, StringComparison.Ordinal) ? true : throw new InvalidOperationException(
            $"The file '{path}' is damaged, or is not the one published at {file.Address}: " +
            $"its SHA-256 is {digest}, not {FileDigest.Describe(file.Sha256)}. Remove it, and it is downloaded again.");
    }

    private static string Digest(string path)
    {
        try
        {
            return FileDigest.Of(path);
        }
        catch (Exception e) when (FileFailure.Is(e))
        {
            throw new InvalidOperationException($"The file '{path}' cannot be read: {Sentence.Of(e.Message)}", e);
        }
    }

    private static bool MayPass(Exception e) => e is not HttpRequestException request || request.StatusCode switch
    {
        null => request.HttpRequestError is not (HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError),
        HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError => true,
        _ => false,
    };

    private InvalidOperationException Unreachable(PublishedFile file, PartialFile part, Exception e)
    {
        var kept = part.Length > 0 ? $" The {part.Length} bytes that came are kept, and the next attempt goes on with them." : "";
        return new InvalidOperationException(
            $"The weights '{file.Name}' cannot be downloaded: {Sentence.Of(e.Message)}{kept} {Remedy(file)}", e);
    }

    private string Remedy(PublishedFile file) =>
        $"Download {file.Address} by other means, on another machine if need be, " +
        $"and put it into '{Folder}' under the name '{file.Name}'; or train from scratch, with StartFrom set to PretrainedWeights.None.";
}
