using System.Runtime.InteropServices;
using Microsoft.Build.Framework;

namespace Plrs.MLNet.Build;

/// <summary>
/// Makes copies of TorchSharp's native library that load on Linux systems whose libstdc++ is older than the one it was
/// linked with (Debian 12, Ubuntu 22.04): in the copy, the need for GLIBCXX_3.4.32 is weak. See <see cref="ElfVersionNeeds"/>.
/// </summary>
public sealed class RelaxLibstdcxxVersion : LibraryCopies
{
    private const string Version = "GLIBCXX_3.4.32";

    /// <summary>The only symbol of that version which the library names. Nothing in it calls it.</summary>
    private const string Symbol = "_ZSt21ios_base_library_initv";

    /// <summary>
    /// <c>auto</c> looks at this system's libstdc++; <c>always</c> is for publishing to an older system; <c>never</c> makes no copy.
    /// </summary>
    [Required]
    public string Mode { get; set; } = "";

    /// <inheritdoc/>
    protected override string Purpose => "libstdc++ compatibility";

    /// <inheritdoc/>
    protected override bool Prepare()
    {
        if (Mode is not ("auto" or "always" or "never"))
        {
            Log.LogError($"The property LibstdcxxCompatibility is '{Mode}'; it must be auto, always or never.");
            return false;
        }

        return Mode == "always" || (Mode == "auto" && OperatingSystem.IsLinux() && !SystemHasVersion());
    }

    /// <inheritdoc/>
    protected override byte[]? Change(string path, byte[] image) => ElfVersionNeeds.MarkWeak(image, Version) ? image : null;

    private static bool SystemHasVersion() =>
        NativeLibrary.TryLoad("libstdc++.so.6", out var library) && NativeLibrary.TryGetExport(library, Symbol, out _);
}
