namespace Plrs.MLNet.Common;

/// <summary>Tells the system's refusal to read or write a file from errors of this library.</summary>
internal static class FileFailure
{
    /// <summary>Whether an exception is such a refusal: no room, no right, no such place, no answer from the device.</summary>
    public static bool Is(Exception exception) =>
        exception is IOException or UnauthorizedAccessException;
}
