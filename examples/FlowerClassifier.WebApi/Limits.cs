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

    /// <summary>
    /// The most pixels of an image; a phone's photo has 12 million. While it is decoded it takes four bytes a pixel. Interlaced and
    /// progressive ones take more; one that would take more than eight for each of these pixels is refused.
    /// </summary>
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

    /// <summary>The most connections at once of one client's address; further ones are closed.</summary>
    [Range(1, 100_000)]
    public int ConnectionsPerClient { get; init; } = 50;

    /// <summary>The seconds after which a connection without a request is closed.</summary>
    [Range(1, 3600)]
    public int IdleSeconds { get; init; } = 10;

    /// <summary>The seconds that a request's headers may take to arrive.</summary>
    [Range(1, 3600)]
    public int HeaderSeconds { get; init; } = 5;

    /// <summary>
    /// A port where health alone is answered, and whose connections do not count with the others; 0 for none. Let only what checks health
    /// reach it.
    /// </summary>
    [Range(0, 65535)]
    public int HealthPort { get; init; }
}
