using System.Globalization;

namespace PlrsTool.Models;

/// <summary>
/// Names that look the same and differ in how their letters are stored: "ü" may be one character (NFC) or two (NFD), as archives of macOS
/// have it. Without ICU, .NET cannot bring one form to the other.
/// </summary>
internal static class LookAlike
{
    /// <summary>A sentence to add to an error about an unknown name; empty where none of the known ones looks like it.</summary>
    public static string Hint(string unknown, IEnumerable<string> known) =>
        known.FirstOrDefault(name => name != unknown && name.Any(IsMark) != unknown.Any(IsMark) && Outline(name) == Outline(unknown))
            is { } alike
            ? $" It looks like the model's '{alike}', whose letters are stored in another way (NFC or NFD of Unicode): " +
                "rename the subfolder to that."
            : "";

    // Each letter beyond ASCII, and each with marks, is a star.
    private static string Outline(string name)
    {
        var outline = new List<char>();
        foreach (var letter in name)
        {
            if (IsMark(letter) && outline.Count > 0)
            {
                outline[^1] = '*';
            }
            else
            {
                outline.Add(char.IsAscii(letter) ? letter : '*');
            }
        }

        return string.Concat(outline);
    }

    private static bool IsMark(char letter) =>
        char.GetUnicodeCategory(letter) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;
}
