using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Plrs.MLNet.Experiments.Reports;

/// <summary>
/// Texts as a terminal may have them: names of files and classes, also of a stranger's model, may have characters that command it. Each is
/// shown in its place.
/// </summary>
internal sealed class VisibleText : IRenderHook
{
    private const char FirstPicture = '\u2400';
    private const char PictureOfDelete = '\u2421';
    private const char Replacement = '\uFFFD';

    private VisibleText()
    {
    }

    /// <summary>Lets a console show all texts so; its own commands, such as those for colours, stay.</summary>
    public static void On(IAnsiConsole console) => console.Pipeline.Attach(new VisibleText());

    /// <summary>A text without characters that command a terminal, or that change the order of others. Lines stay.</summary>
    public static string Of(string text) =>
        text.All(IsPlain) ? text : string.Concat(text.Select(letter => IsPlain(letter) ? letter : Picture(letter)));

    IEnumerable<IRenderable> IRenderHook.Process(RenderOptions options, IEnumerable<IRenderable> renderables) =>
        renderables.Select(shown => new Shown(shown));

    private static bool IsPlain(char letter) => letter == '\n' || (
        letter is not (>= '\u202A' and <= '\u202E' or >= '\u2066' and <= '\u2069')
        && char.GetUnicodeCategory(letter)
            is not (UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator));

    private static char Picture(char letter) => letter switch
    {
        < ' ' => (char)(FirstPicture + letter),
        '\u007F' => PictureOfDelete,
        _ => Replacement,
    };

    private sealed class Shown(IRenderable inner) : IRenderable
    {
        public Measurement Measure(RenderOptions options, int maxWidth) => inner.Measure(options, maxWidth);

        public IEnumerable<Segment> Render(RenderOptions options, int maxWidth) => inner.Render(options, maxWidth)
            .Select(part => part.IsControlCode || part.IsLineBreak ? part : new Segment(Of(part.Text), part.Style));
    }
}
