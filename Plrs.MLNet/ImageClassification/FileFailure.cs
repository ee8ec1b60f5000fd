namespace Plrs.MLNet.ImageClassification;

/// <summary>Tells the system's refusal to read or write a file from errors of this library.</summary>
internal static class FileFailure
{
    /// <summary>Whether an exception is such a refusal: no room, no right, no such place, no answer from the device.</summary>
    public static bool Is(Exception exception) =>
        exception is IOException or UnauthorizedAccessException

            // What .NET makes of a file that would be larger than its file system allows, as a FAT one with 4 GiB.
            or ArgumentOutOfRangeException { ParamName: "value" };
}
