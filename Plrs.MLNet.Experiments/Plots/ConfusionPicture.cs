using System.Globalization;
using Plrs.MLNet.Experiments.Folders;
using Plrs.MLNet.Experiments.Reports;
using SkiaSharp;

namespace Plrs.MLNet.Experiments.Plots;

/// <summary>
/// Draws the images held out by true class, a row each, and predicted class, a column each. A cell is as strong as its share of the row.
/// </summary>
internal sealed class ConfusionPicture
{
    private const int Margin = 24;
    private const int Gap = 8;
    private const int LargestCell = 64;
    private const int SmallestCell = 2;
    private const int PreferredSide = 1900;
    private const int WidestName = 260;
    private const float SmallestText = 7;
    private const float LargestText = 15;

    private static readonly SKColor Ink = new(0x1C, 0x1C, 0x1E);
    private static readonly SKColor Soft = new(0x5B, 0x5B, 0x60);
    private static readonly SKColor Line = new(0xDC, 0xDC, 0xE0);
    private static readonly SKColor Right = new(0x2A, 0x9D, 0x5C);
    private static readonly SKColor Wrong = new(0xE4, 0x57, 0x2E);

    private readonly TestMetrics _metrics;
    private readonly int _cell;
    private readonly float _textSize;
    private readonly string[] _names;
    private readonly float _nameWidth;
    private readonly bool _areNamesUpright;

    private ConfusionPicture(TestMetrics metrics)
    {
        _metrics = metrics;
        _cell = Math.Clamp(PreferredSide / metrics.Classes.Count, SmallestCell, LargestCell);
        _textSize = Math.Clamp(0.6f * _cell, SmallestText, LargestText);
        _names = [.. metrics.Classes.Select(kind => Fitted(kind.Name))];
        _nameWidth = _names.Max(name => Width(name, _textSize));
        _areNamesUpright = _nameWidth > _cell - Gap;
    }

    private int Side => _cell * _names.Length;

    /// <summary>Every so many classes have their names written, where the cells are too small for all.</summary>
    private int Step => (int)Math.Ceiling(1.15f * _textSize / _cell);

    private float Left => Margin + _textSize + Gap + _nameWidth + Gap;

    private float Top => Margin + 84 + (_areNamesUpright ? _nameWidth : _textSize) + Gap;

    public static void Save(TestMetrics metrics, string path) => new ConfusionPicture(metrics).Save(path);

    private void Save(string path)
    {
        var recall = Gap + Width("100.0 %", _textSize);
        var title = $"Images held out: {_metrics.Images.Test}, of which {Percent(_metrics.MicroAccuracy)} are right";
        var width = Math.Max(Left + Side + recall, Margin + Width(title, 20)) + Margin;
        using var surface = SKSurface.Create(new SKImageInfo((int)Math.Ceiling(width), (int)Math.Ceiling(Top + Side + Margin)));
        var canvas = surface.Canvas;
        canvas.Clear(SKColors.White);
        Text(canvas, title, Margin, Margin + 20, 20, Ink, SKTextAlign.Left);
        Text(
            canvas, "Rows: true class, with the share that is right. Columns: predicted class.", Margin, Margin + 44, 13, Soft,
            SKTextAlign.Left);
        DrawNames(canvas);
        DrawCells(canvas);
        using var image = surface.Snapshot();
        using var png = image.Encode(SKEncodedImageFormat.Png, quality: 100);
        ResultFile.Write(path, png.ToArray());
    }

    private void DrawNames(SKCanvas canvas)
    {
        Text(canvas, "predicted", Left + (Side / 2f), Margin + 74, Math.Max(_textSize, 12), Soft, SKTextAlign.Center);
        canvas.Save();
        canvas.RotateDegrees(-90, Margin + _textSize, Top + (Side / 2f));
        Text(canvas, "true", Margin + _textSize, Top + (Side / 2f), Math.Max(_textSize, 12), Soft, SKTextAlign.Center);
        canvas.Restore();
        for (var i = 0; i < _names.Length; i += Step)
        {
            var middle = (i * _cell) + (_cell / 2f) + (0.35f * _textSize);
            Text(canvas, _names[i], Left - Gap, Top + middle, _textSize, Ink, SKTextAlign.Right);
            Text(canvas, Percent(_metrics.Classes[i].Recall), Left + Side + Gap, Top + middle, _textSize, Soft, SKTextAlign.Left);
            if (_areNamesUpright)
            {
                canvas.Save();
                canvas.RotateDegrees(-90, Left + middle, Top - Gap);
                Text(canvas, _names[i], Left + middle, Top - Gap, _textSize, Ink, SKTextAlign.Left);
                canvas.Restore();
            }
            else
            {
                Text(canvas, _names[i], Left + (i * _cell) + (_cell / 2f), Top - Gap, _textSize, Ink, SKTextAlign.Center);
            }
        }
    }

    private void DrawCells(SKCanvas canvas)
    {
        using var paint = new SKPaint { Style = SKPaintStyle.Fill };
        for (var row = 0; row < _names.Length; row++)
        {
            var all = Math.Max(1, _metrics.Classes[row].Images);
            for (var column = 0; column < _names.Length; column++)
            {
                var count = _metrics.ConfusionMatrix[row][column];
                var cell = SKRect.Create(Left + (column * _cell), Top + (row * _cell), _cell, _cell);
                var share = (float)count / all;
                if (count > 0)
                {
                    paint.Color = (row == column ? Right : Wrong).WithAlpha((byte)(60 + (195 * share)));
                    canvas.DrawRect(cell, paint);
                }

                DrawCount(canvas, cell, count, share);
            }
        }

        DrawGrid(canvas);
    }

    private void DrawCount(SKCanvas canvas, SKRect cell, int count, float share)
    {
        if (count == 0 && _cell < LargestCell)
        {
            return;
        }

        var text = count.ToString(CultureInfo.InvariantCulture);
        var size = Math.Min(_textSize, 0.55f * _cell);
        size = Math.Min(size, size * (_cell - 2) / Width(text, size));
        if (size >= SmallestText - 1)
        {
            var color = count == 0 ? Line : share > 0.6f ? SKColors.White : Ink;
            Text(canvas, text, cell.MidX, cell.MidY + (0.35f * size), size, color, SKTextAlign.Center);
        }
    }

    private void DrawGrid(SKCanvas canvas)
    {
        using var paint = new SKPaint { Style = SKPaintStyle.Stroke, Color = Line, StrokeWidth = 1 };
        for (var i = 0; i <= _names.Length; i += _cell < SmallestText ? _names.Length : 1)
        {
            canvas.DrawLine(Left + (i * _cell), Top, Left + (i * _cell), Top + Side, paint);
            canvas.DrawLine(Left, Top + (i * _cell), Left + Side, Top + (i * _cell), paint);
        }
    }

    private string Fitted(string name)
    {
        var fitted = name;
        while (fitted.Length > 1 && Width(fitted, _textSize) > WidestName)
        {
            fitted = $"{fitted.TrimEnd('…')[..^1]}…";
        }

        return fitted;
    }

    private static float Width(string text, float size)
    {
        using var font = new SKFont(PictureFont.For(text), size);
        return font.MeasureText(text);
    }

    private static void Text(SKCanvas canvas, string text, float x, float y, float size, SKColor color, SKTextAlign align)
    {
        using var font = new SKFont(PictureFont.For(text), size) { Subpixel = true };
        using var paint = new SKPaint { Color = color, IsAntialias = true };
        canvas.DrawText(text, x, y, align, font, paint);
    }

    private static string Percent(double? share) => share?.ToString("P1", CultureInfo.InvariantCulture) ?? "–";
}
