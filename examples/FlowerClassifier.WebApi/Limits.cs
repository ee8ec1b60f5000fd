using System.ComponentModel.DataAnnotations;

namespace Flowers.WebApi;

/// <summary>
/// What one program is asked to bear: the section "Limits" of appsettings.json, of the command line or of the environment.
/// </summary>
internal sealed class Limits
{
    /// <summary>The most bytes of an image's file.</summary>
    [Range(1, 1 << 30)]
    public int MaximumBytes { get; init; } = 10 << 20;

    /// <summary>The most pixels of an image. It takes four bytes a pixel while it is decoded; a phone's photo has 12 million.</summary>
    [Range(1, 1 << 29)]
    public long MaximumPixels { get; init; } = 25_000_000;

    /// <summary>The most images that wait to be scored; the next ones get 503.</summary>
    [Range(1, 100_000)]
    public int QueueLength { get; init; } = 64;

    /// <summary>The most images in one forward pass of the network. <c>Transform</c> begins with batches of 8.</summary>
    [Range(1, 128)]
    public int BatchSize { get; init; } = 8;

    /// <summary>The most images a minute of one client's address; the next ones get 429.</summary>
    [Range(1, int.MaxValue)]
    public int ImagesPerMinute { get; init; } = 300;

    /// <summary>The most connections at once, and so the most images that are being received.</summary>
    [Range(1, 100_000)]
    public int Connections { get; init; } = 200;
}
