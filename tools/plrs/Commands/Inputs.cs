using System.CommandLine;

namespace PlrsTool.Commands;

/// <summary>Arguments that several commands have.</summary>
internal static class Inputs
{
    public static Argument<string> Model() => new("model.zip") { Description = "The file of a trained model." };

    public static Argument<string> Folder(string purpose) => new("folder")
    {
        Description = $"{purpose}: a subfolder of images (.jpg, .png, .webp, .gif, .bmp) for each class.",
    };

    public static Option<string?> File(string name, string description) => new(name) { Description = description, HelpName = "file" };
}
