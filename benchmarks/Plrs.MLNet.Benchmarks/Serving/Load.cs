using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Json;

namespace Plrs.MLNet.Benchmarks.Serving;

/// <summary>Requests that came back, and what they took.</summary>
/// <param name="PerSecond">Requests per second.</param>
/// <param name="Median">The time that half of them took at the most.</param>
/// <param name="Slow">The time that 99 of a hundred took at the most.</param>
/// <param name="Wrong">How many had another answer than they should have.</param>
internal sealed record Load(double PerSecond, TimeSpan Median, TimeSpan Slow, int Wrong)
{
    /// <summary>Sends files, some at a time, each as soon as another one came back.</summary>
    /// <param name="client">A client of the web API.</param>
    /// <param name="files">The files, again from the first one on after the last.</param>
    /// <param name="requests">How many requests to send.</param>
    /// <param name="atOnce">How many are under way at a time.</param>
    public static async Task<Load> RunAsync(HttpClient client, IReadOnlyList<SentFile> files, int requests, int atOnce)
    {
        var times = new ConcurrentBag<TimeSpan>();
        var wrong = 0;
        var start = Stopwatch.GetTimestamp();
        await Parallel.ForAsync(0, requests, new ParallelOptions { MaxDegreeOfParallelism = atOnce }, async (i, cancellation) =>
        {
            var file = files[i % files.Count];
            var sent = Stopwatch.GetTimestamp();
            var content = new ByteArrayContent(file.Content);
            content.Headers.ContentType = new("image/jpeg");
            using var response = await client.PostAsync("predict", content, cancellation);
            var answer = response.IsSuccessStatusCode ? await response.Content.ReadFromJsonAsync<Answer>(cancellation) : null;
            times.Add(Stopwatch.GetElapsedTime(sent));
            if ((int)response.StatusCode != file.Status || (answer is not null && answer.Scores[0].Probability != file.Highest))
            {
                Interlocked.Increment(ref wrong);
            }
        });
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        var sorted = times.Order().ToArray();
        return new Load(requests / seconds, sorted[sorted.Length / 2], sorted[sorted.Length * 99 / 100], wrong);
    }

    private sealed record Answer(ClassScore[] Scores);

    private sealed record ClassScore(float Probability);
}

/// <summary>A file to send, and what is to come back.</summary>
/// <param name="Content">Its bytes.</param>
/// <param name="Status">The answer's status.</param>
/// <param name="Highest">The probability of the most probable class, to the last bit, where the status is 200.</param>
internal sealed record SentFile(byte[] Content, int Status, float Highest);
