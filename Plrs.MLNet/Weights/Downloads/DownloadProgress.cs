namespace Plrs.MLNet.Weights;

/// <summary>How far a download is.</summary>
/// <param name="Bytes">The bytes that are on the disk, those of earlier attempts included.</param>
/// <param name="TotalBytes">How many there will be, or <see langword="null"/> where the server does not say.</param>
internal sealed record DownloadProgress(long Bytes, long? TotalBytes);
