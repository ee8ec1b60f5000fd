using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Plrs.MLNet.Tests.Support;

/// <summary>A web server on this machine that has one file under every name, and answers each request as a test says.</summary>
internal sealed class FileServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _closed = new();
    private readonly Func<int, ServedAnswer> _answer;
    private readonly List<ServedRequest> _requests = [];
    private readonly Task _serving;

    /// <param name="answer">The answer to a request, by its number from 0.</param>
    public FileServer(Func<int, ServedAnswer> answer)
    {
        _answer = answer;
        _listener.Start();
        Address = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/models/");
        _serving = ServeAsync();
    }

    public Uri Address { get; }

    /// <summary>The requests so far.</summary>
    public ServedRequest[] Requests
    {
        get
        {
            lock (_requests)
            {
                return [.. _requests];
            }
        }
    }

    public void Dispose()
    {
        _closed.Cancel();
        _listener.Dispose();
        _serving.GetAwaiter().GetResult();
        _closed.Dispose();
    }

    private async Task ServeAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_closed.Token);
                connections.Add(Task.Run(() => ServeAsync(client)));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                var stream = client.GetStream();
                if (await ReadAsync(stream) is not { } request)
                {
                    return;
                }

                int number;
                lock (_requests)
                {
                    number = _requests.Count;
                    _requests.Add(request);
                }

                var answer = _answer(number);
                await stream.WriteAsync(answer.Bytes(request), _closed.Token);
                if (answer.OnSilence is { } onSilence)
                {
                    onSilence();
                    await Task.Delay(Timeout.Infinite, _closed.Token);
                }
            }
            catch (Exception e) when (e is IOException or OperationCanceledException)
            {
                // The client has gone, or the test is over.
            }
        }
    }

    private async Task<ServedRequest?> ReadAsync(NetworkStream stream)
    {
        using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
        if (await reader.ReadLineAsync(_closed.Token) is not { } first)
        {
            return null;
        }

        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        while (await reader.ReadLineAsync(_closed.Token) is { Length: > 0 } line)
        {
            var colon = line.IndexOf(':');
            headers[line[..colon]] = line[(colon + 1)..].Trim();
        }

        return new ServedRequest(first.Split(' ')[1], headers.GetValueOrDefault("Range"), headers.GetValueOrDefault("If-Range"));
    }
}

/// <summary>A request for a file.</summary>
/// <param name="Path">The path that it asks for.</param>
/// <param name="Range">The range of bytes that it asks for, for example <c>bytes=500-</c>.</param>
/// <param name="IfRange">The version of which it wants no more than the range.</param>
internal sealed record ServedRequest(string Path, string? Range, string? IfRange);

/// <summary>An answer with a file's content, or what goes wrong with it.</summary>
internal sealed record ServedAnswer(byte[] Content)
{
    public string Status { get; init; } = "200 OK";

    /// <summary>The file's entity tag, in quotes.</summary>
    public string? Tag { get; init; } = "\"first\"";

    public bool KnowsRanges { get; init; } = true;

    /// <summary>The range's first byte that the server claims to send, where that is not the one asked for.</summary>
    public long? ClaimedStart { get; init; }

    /// <summary>The length that the server claims, where that is not the true one; 0 for none at all.</summary>
    public long? ClaimedLength { get; init; }

    /// <summary>After how many bytes of the content it closes the connection, or falls silent.</summary>
    public int SentBytes { get; init; } = int.MaxValue;

    /// <summary>Called when it falls silent; <see langword="null"/> where it does not.</summary>
    public Action? OnSilence { get; init; }

    /// <summary>Where the file is instead.</summary>
    public Uri? Location { get; init; }

    public byte[] Bytes(ServedRequest request)
    {
        var header = new StringBuilder();
        var start = Status == "200 OK" && KnowsRanges && request.Range is { } range && (request.IfRange is null || request.IfRange == Tag)
            ? int.Parse(range["bytes=".Length..].TrimEnd('-'), CultureInfo.InvariantCulture)
            : 0;
        var status = start == 0 ? Status : start < Content.Length ? "206 Partial Content" : "416 Range Not Satisfiable";
        var body = status.StartsWith("20", StringComparison.Ordinal) ? Content[start..] : [];
        header.Append(CultureInfo.InvariantCulture, $"HTTP/1.1 {status}\r\nConnection: close\r\n");
        if (start > 0)
        {
            header.Append(
                CultureInfo.InvariantCulture, $"Content-Range: bytes {ClaimedStart ?? start}-{Content.Length - 1}/{Content.Length}\r\n");
        }

        if (ClaimedLength != 0)
        {
            header.Append(CultureInfo.InvariantCulture, $"Content-Length: {ClaimedLength ?? body.Length}\r\n");
        }

        if (Tag is not null)
        {
            header.Append(CultureInfo.InvariantCulture, $"ETag: {Tag}\r\n");
        }

        if (Location is not null)
        {
            header.Append(CultureInfo.InvariantCulture, $"Location: {Location}\r\n");
        }

        return [.. Encoding.ASCII.GetBytes(header.Append("\r\n").ToString()), .. body[..Math.Min(SentBytes, body.Length)]];
    }
}
