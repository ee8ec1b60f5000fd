namespace Plrs.MLNet.Experiments.Folders;

/// <summary>
/// The one rule of which files are images, for all that reads folders: at any depth, by their ending. Hidden files and folders are none,
/// and links to folders are not followed, for they may lead in circles.
/// </summary>
internal static class ImageFiles
{
    // Network storage of Synology keeps small copies of the photos there.
    private const string Thumbnails = "@eaDir";

    /// <summary>How the names of image files end.</summary>
    public static IReadOnlyList<string> Extensions { get; } =
        [".jpg", ".jpeg", ".jpe", ".jfif", ".jif", ".jfi", ".pjpeg", ".pjp", ".png", ".webp", ".gif", ".bmp"];

    /// <summary>The paths of a folder's images, by name.</summary>
    /// <param name="folder">The folder; it may be a link itself.</param>
    /// <param name="others">Counts what is passed over.</param>
    public static string[] In(string folder, PassedOver others) =>
        [.. Below(folder, others).OrderBy(path => Path.GetRelativePath(folder, path), StringComparer.Ordinal)];

    /// <summary>Whether a file is an image by its name.</summary>
    public static bool IsImage(string path) => Extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether a file or folder is hidden, by its name or, on Windows, by its attribute.</summary>
    public static bool IsHidden(FileSystemInfo entry) =>
        entry.Name.StartsWith('.') || entry.Name == Thumbnails
        || (OperatingSystem.IsWindows() && entry.Attributes.HasFlag(FileAttributes.Hidden));

    private static IEnumerable<string> Below(string folder, PassedOver others)
    {
        foreach (var entry in new DirectoryInfo(folder).EnumerateFileSystemInfos().OrderBy(entry => entry.Name, StringComparer.Ordinal))
        {
            var path = Path.Combine(folder, entry.Name);
            if (IsHidden(entry))
            {
                others.AddHidden(entry);
            }
            else if (entry is not DirectoryInfo)
            {
                if (IsImage(path))
                {
                    yield return path;
                }
                else
                {
                    others.Add(path);
                }
            }
            else if (entry.LinkTarget is not null)
            {
                others.AddLink();
            }
            else
            {
                foreach (var image in Below(path, others))
                {
                    yield return image;
                }
            }
        }
    }
}
