using System.Reflection;
using ScottPlot;
using SkiaSharp;

namespace TrainOnFolder;

/// <summary>Gives ScottPlot the Inter font, so that the picture has text on machines without fonts and looks the same on all.</summary>
internal sealed class InterFont : IFontResolver
{
    public const string Name = "Inter";

    private readonly Dictionary<string, byte[]> _files = ReadFiles();

    public SKTypeface? CreateTypeface(string fontName, bool bold, bool italic) =>
        CreateTypeface(fontName, bold ? FontWeight.Bold : FontWeight.Normal, FontSlant.Upright, FontSpacing.Normal);

    public SKTypeface? CreateTypeface(string fontName, FontWeight weight, FontSlant slant, FontSpacing spacing) =>
        fontName == Name
            ? SKTypeface.FromStream(new MemoryStream(_files[weight > FontWeight.Medium ? "/Assets/Inter-SemiBold.ttf" : "/Assets/Inter-Regular.ttf"]))
            : null;

    // The resource is an index (its length, a version, the number of files, and each one's name, offset and length) and the files.
    private static Dictionary<string, byte[]> ReadFiles()
    {
        using var resource = Assembly.Load("Avalonia.Fonts.Inter").GetManifestResourceStream("!AvaloniaResources")!;
        using var reader = new BinaryReader(resource);
        var start = sizeof(int) + reader.ReadInt32();
        _ = reader.ReadInt32();
        var index = new (string Name, int Offset, int Length)[reader.ReadInt32()];
        for (var i = 0; i < index.Length; i++)
        {
            index[i] = (reader.ReadString(), reader.ReadInt32(), reader.ReadInt32());
        }

        return index.ToDictionary(file => file.Name, file =>
        {
            resource.Position = start + file.Offset;
            return reader.ReadBytes(file.Length);
        });
    }
}
