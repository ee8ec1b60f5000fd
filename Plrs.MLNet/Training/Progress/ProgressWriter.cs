namespace Plrs.MLNet.Training;

/// <summary>
/// Writes whole lines and, on a terminal, one below them that is written over. What cannot be written any more ends the writing, not the
/// training.
/// </summary>
/// <param name="writer">Where to.</param>
/// <param name="isTerminal">Whether that is a terminal.</param>
internal sealed class ProgressWriter(TextWriter writer, bool isTerminal) : IDisposable
{
    private bool _isGone;
    private int _overwritable;

    /// <summary>Whether a line can be written over.</summary>
    public bool IsTerminal => isTerminal && !_isGone;

    /// <summary>A writer for a user's choice: the console is a terminal unless its output goes elsewhere.</summary>
    public static ProgressWriter To(TextWriter writer) => new(
        writer,
        writer == Console.Out ? !Console.IsOutputRedirected : writer == Console.Error && !Console.IsErrorRedirected);

    /// <summary>Writes a line that stays.</summary>
    public void Line(string text) => Write(() =>
    {
        Clear();
        writer.WriteLine(text);
    });

    /// <summary>Writes a line that the next takes the place of. It is for terminals alone.</summary>
    public void Overwritable(string text) => Write(() =>
    {
        writer.Write($"\r{text.PadRight(_overwritable)}");
        _overwritable = text.Length;
    });

    /// <summary>Leaves no line that was to be written over.</summary>
    public void Dispose() => Write(Clear);

    private void Clear()
    {
        if (_overwritable > 0)
        {
            writer.Write($"\r{new string(' ', _overwritable)}\r");
            _overwritable = 0;
        }
    }

    private void Write(Action write)
    {
        if (_isGone)
        {
            return;
        }

        try
        {
            write();
            writer.Flush();
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            _isGone = true;
        }
    }
}
