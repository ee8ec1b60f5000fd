using System.Runtime.InteropServices;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;
using Task = Microsoft.Build.Utilities.Task;

namespace Plrs.MLNet.Build;

/// <summary>
/// Makes copies of TorchSharp's native library that load on Linux systems whose libstdc++ is older than the one it was
/// linked with (Debian 12, Ubuntu 22.04): in the copy, the need for GLIBCXX_3.4.32 is weak. See <see cref="ElfVersionNeeds"/>.
/// </summary>
public sealed class RelaxLibstdcxxVersion : Task
{
    private const string Version = "GLIBCXX_3.4.32";

    /// <summary>The only symbol of that version which the library names. Nothing in it calls it.</summary>
    private const string Symbol = "_ZSt21ios_base_library_initv";

    /// <summary>The libraries as they stand in their packages, with the metadata <c>PathInPackage</c>. They are only read.</summary>
    [Required]
    public ITaskItem[] Libraries { get; set; } = [];

    /// <summary>The folder that receives the copies.</summary>
    [Required]
    public string OutputFolder { get; set; } = "";

    /// <summary><c>auto</c> looks at this system's libstdc++; <c>always</c> is for publishing to an older system; <c>never</c> makes no copy.</summary>
    [Required]
    public string Mode { get; set; } = "";

    /// <summary>The libraries to use, in the order of <see cref="Libraries"/>: the copy where one was needed, else the library itself.</summary>
    [Output]
    public ITaskItem[] Relaxed { get; private set; } = [];

    /// <inheritdoc/>
    public override bool Execute()
    {
        if (Mode is not ("auto" or "always" or "never"))
        {
            Log.LogError($"The property LibstdcxxCompatibility is '{Mode}'; it must be auto, always or never.");
            return false;
        }

        var relax = Mode == "always" || (Mode == "auto" && OperatingSystem.IsLinux() && !SystemHasVersion());
        Relaxed = relax ? [.. Libraries.Select(Relax)] : Libraries;
        return !Log.HasLoggedErrors;
    }

    private ITaskItem Relax(ITaskItem library)
    {
        var source = library.GetMetadata("FullPath");
        try
        {
            var image = File.ReadAllBytes(source);
            if (!ElfVersionNeeds.MarkWeak(image, Version))
            {
                return library;
            }

            var copy = Path.Combine(OutputFolder, library.GetMetadata("PathInPackage"));
            if (FileUpdate.WriteIfChanged(copy, image))
            {
                Log.LogMessage(MessageImportance.Normal, $"{copy}: the need for {Version} is weak.");
            }

            // The metadata say where in the output the library belongs; they go with the copy.
            return new TaskItem(copy, library.CloneCustomMetadata());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or BadImageFormatException)
        {
            Log.LogError($"libstdc++ compatibility of {source} failed: {e.Message}");
            return library;
        }
    }

    private static bool SystemHasVersion() =>
        NativeLibrary.TryLoad("libstdc++.so.6", out var library) && NativeLibrary.TryGetExport(library, Symbol, out _);
}
