using System.Runtime.InteropServices;
using Microsoft.Build.Framework;
using Task = Microsoft.Build.Utilities.Task;

namespace Plrs.MLNet.Build;

/// <summary>
/// Lets TorchSharp's native library load on Linux systems whose libstdc++ is older than the one it was linked with
/// (Debian 12, Ubuntu 22.04). Its need for GLIBCXX_3.4.32 comes from one symbol that nothing in it ever calls, so that
/// need is marked weak, in the output folder's copy.
/// </summary>
public sealed class RelaxLibstdcxxVersion : Task
{

    /// <summary>The copies of <c>libLibTorchSharp.so</c> in the output folder; those that do not exist are passed over.</summary>
    [Required]
    public ITaskItem[] Libraries { get; set; } = [];

    /// <summary><c>auto</c> looks at this system's libstdc++; <c>always</c> is for publishing to an older system; <c>never</c> leaves the file alone.</summary>
    public string Mode { get; set; } = "auto";

    /// <inheritdoc/>
    public override bool Execute()
    {
        switch (Mode)
        {
            case "never":
            case "auto" when !OperatingSystem.IsLinux() || SystemHasVersion():
                return true;
            case "auto" or "always":
                break;
            default:
                Log.LogError($"LibstdcxxCompatibility is '{Mode}'; it must be auto, always or never.");
                return false;
        }

        foreach (var library in Libraries.Select(item => item.GetMetadata("FullPath")).Where(File.Exists))
        {
            try
            {
                Relax(library);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or BadImageFormatException)
            {
                Log.LogError($"libstdc++ compatibility of {library} failed: {e.Message}");
            }
        }

        return !Log.HasLoggedErrors;
    }

    private void Relax(string path)
    {
        var image = File.ReadAllBytes(path);
        if (!ElfVersionNeeds.MarkWeak(image, "GLIBCXX_3.4.32"))
        {
            return;
        }

        // The output may be a hard link into the package cache: write a new file and put it in the old one's place.
        var temporary = path + ".relaxed";
        File.WriteAllBytes(temporary, image);
        File.SetLastWriteTimeUtc(temporary, File.GetLastWriteTimeUtc(path));
        File.Move(temporary, path, overwrite: true);
        Log.LogMessage(MessageImportance.Normal, $"{path}: the need for GLIBCXX_3.4.32 is now weak.");
    }

    private static bool SystemHasVersion()
    {
        if (!NativeLibrary.TryLoad("libstdc++.so.6", out _))
        {
            return true;
        }

        // The loader's own choice, whatever its search path: the file now mapped into this process.
        var path = File.ReadLines("/proc/self/maps")
            .Select(line => line[Math.Max(line.IndexOf('/', StringComparison.Ordinal), 0)..])
            .FirstOrDefault(file => Path.GetFileName(file).StartsWith("libstdc++.so", StringComparison.Ordinal));
        return path is null || File.ReadAllBytes(path).AsSpan().IndexOf("GLIBCXX_3.4.32\0"u8) >= 0;
    }
}
