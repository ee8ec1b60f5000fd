namespace Plrs.MLNet.Weights;

/// <summary>A file that can be downloaded, and how to tell that it is the right one.</summary>
/// <param name="Address">Where it is published.</param>
/// <param name="Name">Its name.</param>
/// <param name="Sha256">Its SHA-256 in small hexadecimal digits, or the first of them.</param>
/// <param name="LargestBytes">More bytes than it can have: what claims to be larger is something else.</param>
internal sealed record PublishedFile(Uri Address, string Name, string Sha256, long LargestBytes);
