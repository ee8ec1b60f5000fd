using Plrs.MLNet.Common;

namespace Plrs.MLNet.Images;

/// <summary>Tells an image that cannot be read, without which a data set goes on, from an error of a program, which ends it.</summary>
internal static class ReadFailure
{
    /// <summary>
    /// Why the image cannot be used, where that is what an exception of its column says; <see langword="null"/> for any other.
    /// </summary>
    public static string? Reason(Exception exception) =>
        FileFailure.Is(exception) || IsArgument(exception, "path") ? $"the image cannot be read: {FirstSentence(exception.Message)}"
        : IsArgument(exception, "imageStream") ? "not an image in a format that ML.NET can read"
        : null;

    // Of .NET's files, for a path that no file can have, and of MLImage, for bytes that are no image. A null argument is a program's error.
    private static bool IsArgument(Exception exception, string name) =>
        exception.GetType() == typeof(ArgumentException) && ((ArgumentException)exception).ParamName == name;

    // Without the full stop, and without the parameter's name.
    private static string FirstSentence(string message) => message.Split(" (Parameter '")[0].TrimEnd('.');
}
