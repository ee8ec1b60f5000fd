using System.Threading.Channels;
using SkiaSharp;

namespace Flowers.WebApi;

/// <summary>Scores some images: see <see cref="ImageModel.Score"/>.</summary>
internal delegate float[][] ScoreImages(IReadOnlyList<byte[]> images);

/// <summary>
/// Images of all requests wait here for the network, which takes as many as there are, up to a batch, in one forward pass: while it
/// computes, the next ones gather. The first image is a blank one of the queue's own: it takes upon itself what a model does once, before
/// it can answer. When the program stops, what waits is scored first.
/// </summary>
internal sealed partial class PredictionQueue(ScoreImages score, Limits limits, ILogger<PredictionQueue> log) : BackgroundService
{
    private readonly Channel<Job> _jobs = Channel.CreateBounded<Job>(new BoundedChannelOptions(limits.QueueLength) { SingleReader = true });

    private readonly Job _first = new(BlankImage(), CancellationToken.None);

    /// <summary>The scores of the blank image; an error if the model cannot score it.</summary>
    public Task<float[]> Warm => _first.Scores.Task;

    /// <summary>How many images wait.</summary>
    public int Count => _jobs.Reader.Count;

    /// <summary>Lets an image wait for its scores.</summary>
    /// <param name="image">The image's file.</param>
    /// <param name="cancellation">Of whom the scores are for: an image that nobody waits for any more is not scored.</param>
    /// <returns>The scores to be; <see langword="null"/> when the queue is full, or has closed.</returns>
    public Task<float[]>? TryAdd(byte[] image, CancellationToken cancellation)
    {
        var job = new Job(image, cancellation);
        return _jobs.Writer.TryWrite(job) ? job.Scores.Task.WaitAsync(cancellation) : null;
    }

    public override Task StopAsync(CancellationToken cancellationToken)
    {
        _jobs.Writer.TryComplete();
        return base.StopAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        Score([_first]);
        if (Warm.Exception is { } failure)
        {
            CannotScore(log, failure.GetBaseException());
        }

        var batch = new List<Job>(limits.BatchSize);
        while (await _jobs.Reader.WaitToReadAsync(CancellationToken.None))
        {
            while (batch.Count < limits.BatchSize && _jobs.Reader.TryRead(out var job))
            {
                if (!job.Cancellation.IsCancellationRequested)
                {
                    batch.Add(job);
                }
            }

            Score(batch);
            batch.Clear();
        }
    }

    // What goes wrong with a batch is told to those who wait for it, and the next batch has its turn.
    private void Score(List<Job> batch)
    {
        if (batch.Count == 0)
        {
            return;
        }

        try
        {
            var scores = score(batch.ConvertAll(job => job.Image));
            foreach (var (job, result) in batch.Zip(scores))
            {
                job.Scores.SetResult(result);
            }
        }
        catch (Exception e)
        {
            batch.ForEach(job => job.Scores.TrySetException(e));
        }
    }

    [LoggerMessage(LogLevel.Critical, "The model cannot score an image.")]
    private static partial void CannotScore(ILogger log, Exception reason);

    // One pixel is within every limit.
    private static byte[] BlankImage()
    {
        using var pixel = new SKBitmap(1, 1);
        using var file = pixel.Encode(SKEncodedImageFormat.Png, quality: 100);
        return file.ToArray();
    }

    private sealed record Job(byte[] Image, CancellationToken Cancellation)
    {
        // Whoever waits goes on elsewhere: this thread belongs to the network.
        public TaskCompletionSource<float[]> Scores { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
