namespace Plrs.MLNet.Training;

/// <summary>Why a session makes no more steps.</summary>
/// <param name="Reason">The reason.</param>
/// <param name="Text">The reason in words, with its numbers.</param>
internal sealed record StopCause(StopReason Reason, string Text);
