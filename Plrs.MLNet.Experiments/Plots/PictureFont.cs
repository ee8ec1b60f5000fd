using ScottPlot;
using SkiaSharp;

namespace Plrs.MLNet.Experiments.Plots;

/// <summary>The font of pictures, which is with the program: a bare Linux machine has none, and a picture would have no text.</summary>
internal static class PictureFont
{
    private const string Name = "Cantarell";

    private static readonly Lazy<SKTypeface> Loaded = new(() => SKTypeface.FromFile(File));

    private static string File => Path.Combine(AppContext.BaseDirectory, "Fonts", "Cantarell-Regular.otf");

    /// <summary>Lets ScottPlot draw its text in it.</summary>
    public static void Use()
    {
        Fonts.AddFontFile(Name, File, bold: false);
        Fonts.AddFontFile(Name, File, bold: true);
        Fonts.Default = Name;
    }

    /// <summary>The font for a text: one of the system's where letters are in it that this one lacks.</summary>
    public static SKTypeface For(string text) =>
        Array.Find([.. text.EnumerateRunes()], rune => !Loaded.Value.ContainsGlyph(rune.Value)) is { Value: > 0 } missing
            ? SKFontManager.Default.MatchCharacter(missing.Value) ?? Loaded.Value
            : Loaded.Value;
}
