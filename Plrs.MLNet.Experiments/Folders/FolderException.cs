namespace Plrs.MLNet.Experiments.Folders;

/// <summary>A folder or a file that cannot be used; the message names it, and says why and what to do.</summary>
internal sealed class FolderException(string message) : Exception(message);
