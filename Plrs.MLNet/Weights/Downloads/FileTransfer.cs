using System.Globalization;
using System.Net;
using System.Net.Http.Headers;

namespace Plrs.MLNet.Weights;

/// <summary>
/// Gets what is missing of a file from its server. A transfer may take as long as it likes, but the server may not fall silent.
/// </summary>
/// <param name="client">The client, without a timeout of its own.</param>
/// <param name="longestSilence">How long the server may say nothing.</param>
/// <param name="time">What tells the time.</param>
internal sealed class FileTransfer(HttpClient client, TimeSpan longestSilence, TimeProvider time)
{
    private const int BufferBytes = 1 << 17;

    /// <summary>Makes one attempt. The part has all of the file then, or after an exception what has come of it so far.</summary>
    /// <exception cref="HttpRequestException">The server cannot be reached, or refuses.</exception>
    /// <exception cref="IOException">The transfer broke.</exception>
    /// <exception cref="TimeoutException">The server fell silent.</exception>
    /// <exception cref="InvalidOperationException">The server sends more than the file can have, or the disk takes no more.</exception>
    public async Task RunAsync(PublishedFile file, PartialFile part, Action<DownloadProgress>? progress, CancellationToken stop)
    {
        using var silence = new CancellationTokenSource(longestSilence, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, silence.Token);
        try
        {
            using var request = Request(file, part);
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token)
                .ConfigureAwait(false);
            var total = Begin(file, part, response);
            progress?.Invoke(new DownloadProgress(part.Length, total));
            var stream = await response.Content.ReadAsStreamAsync(either.Token).ConfigureAwait(false);
            var buffer = new byte[BufferBytes];
            int count;
            while ((count = await stream.ReadAsync(buffer, either.Token).ConfigureAwait(false)) > 0)
            {
                silence.CancelAfter(longestSilence);
                CheckLength(file, part, part.Length + count);
                part.Append(buffer.AsMemory(0, count));
                progress?.Invoke(new DownloadProgress(part.Length, total));
            }

            if (total is { } expected && part.Length != expected)
            {
                throw new IOException($"The server sent {part.Length} bytes of {expected}.");
            }
        }
        catch (OperationCanceledException e) when (silence.IsCancellationRequested && !stop.IsCancellationRequested)
        {
            throw new TimeoutException(
                string.Create(CultureInfo.InvariantCulture, $"The server said nothing for {longestSilence.TotalSeconds} seconds."), e);
        }
    }

    private static HttpRequestMessage Request(PublishedFile file, PartialFile part)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, file.Address);
        if (part.Length > 0 && part.Tag is { } tag)
        {
            request.Headers.Range = new RangeHeaderValue(part.Length, to: null);
            request.Headers.IfRange = new RangeConditionHeaderValue(tag);
        }

        return request;
    }

    /// <summary>Prepares the part for what the server is about to send: the rest, or all of it.</summary>
    /// <returns>The length of the whole file, where the server says it.</returns>
    private static long? Begin(PublishedFile file, PartialFile part, HttpResponseMessage response)
    {
        if (response.StatusCode is HttpStatusCode.PartialContent or HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            var range = response.Content.Headers.ContentRange;
            if (response.StatusCode == HttpStatusCode.PartialContent
                && range?.From == part.Length
                && (response.Headers.ETag is null || response.Headers.ETag.Equals(part.Tag)))
            {
                CheckLength(file, part, range.Length);
                return range.Length;
            }

            part.Restart(tag: null);
            throw new IOException("The server sent another part of the file than was asked for.");
        }

        response.EnsureSuccessStatusCode();
        var length = response.Content.Headers.ContentLength;
        CheckLength(file, part, length);
        part.Restart(response.Headers.ETag);
        return length;
    }

    private static void CheckLength(PublishedFile file, PartialFile part, long? length)
    {
        if (length > file.LargestBytes)
        {
            part.Restart(tag: null);
            throw new InvalidOperationException(
                $"{file.Address} is not the weights '{file.Name}': " +
                $"it has {length} bytes or more, and they have at most {file.LargestBytes}.");
        }
    }
}
