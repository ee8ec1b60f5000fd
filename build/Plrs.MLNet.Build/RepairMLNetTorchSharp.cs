namespace Plrs.MLNet.Build;

/// <summary>
/// Makes a copy of Microsoft.ML.TorchSharp.dll that can train with TorchSharp 0.107, or warns that the package's cannot: see
/// <see cref="MLNetTorchSharpAssembly"/>.
/// </summary>
public sealed class RepairMLNetTorchSharp : LibraryCopies
{
    private const string WarningCode = "PLRS001";

    private bool? _repair;

    /// <summary><c>true</c> makes the copy, empty warns, <c>false</c> does nothing.</summary>
    public string Mode { get; set; } = "";

    /// <inheritdoc/>
    protected override string Purpose => $"Repair of {MLNetTorchSharpAssembly.Package}";

    /// <inheritdoc/>
    protected override bool Prepare()
    {
        if (bool.TryParse(Mode, out var repair))
        {
            _repair = repair;
        }
        else if (Mode.Length > 0)
        {
            Log.LogError($"The property RepairMLNetTorchSharp is '{Mode}'; it must be true or false.");
            return false;
        }

        return _repair != false;
    }

    /// <inheritdoc/>
    protected override byte[]? Change(string path, byte[] image)
    {
        var version = MLNetTorchSharpAssembly.VersionOf(image);
        if (_repair == true)
        {
            return version is not null ? MLNetTorchSharpAssembly.Repair(image) : throw new BadImageFormatException(
                $"it is not the assembly of {MLNetTorchSharpAssembly.Package} {string.Join(" or ", MLNetTorchSharpAssembly.Versions)}, " +
                "which this version of Plrs.MLNet can repair. " +
                $"Reference version {MLNetTorchSharpAssembly.NewestVersion}, or set the property RepairMLNetTorchSharp to false.");
        }

        if (version is not null)
        {
            Log.LogWarning(
                subcategory: null,
                WarningCode,
                helpKeyword: null,
                file: null,
                lineNumber: 0,
                columnNumber: 0,
                endLineNumber: 0,
                endColumnNumber: 0,
                $"{MLNetTorchSharpAssembly.Package} {version} cannot train with the TorchSharp that Plrs.MLNet needs. Set the " +
                $"property RepairMLNetTorchSharp to true for a repaired copy in the output, or to false to go without.{Newer(version)}");
        }

        return null;
    }

    private static string Newer(string version) => version == MLNetTorchSharpAssembly.NewestVersion
        ? ""
        : $" The version made for this ML.NET is {MLNetTorchSharpAssembly.NewestVersion}.";
}
