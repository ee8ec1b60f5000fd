using System.IO.Compression;
using System.Text;
using static TorchSharp.torch;

namespace Plrs.MLNet.Networks;

/// <summary>Makes TorchScript modules from their source.</summary>
/// <remarks>
/// <c>torch.jit.compile</c> knows PyTorch's own operators alone. The source of a saved module may name those of the libraries in it
/// as well, such as <c>ops.mkldnn</c>. So the source is put where saving a module would put it: into a zip file, with a pickle
/// of the module beside it.
/// </remarks>
internal static class ScriptArchive
{
    // Protocol 2, and an empty tuple: no constants.
    private const string NoConstants = "\u0080\u0002).";
    private const string FormatVersion = "3\n";

    /// <summary>Loads a module that has methods and no weights.</summary>
    /// <param name="name">The name of the source's class, which derives from <c>Module</c>.</param>
    /// <param name="source">The class, with a type for every argument, lines ending in \n.</param>
    /// <exception cref="System.Runtime.InteropServices.ExternalException">The source has an error, or names what this libtorch does not have.</exception>
    public static jit.ScriptModule Load(string name, string source)
    {
        using var file = new MemoryStream();
        using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            Add(zip, "data.pkl", EmptyObject(name));
            Add(zip, "constants.pkl", NoConstants);
            Add(zip, "version", FormatVersion);
            Add(zip, "code/__torch__.py", source);
        }

        return jit.load(file.ToArray());
    }

    // Protocol 2; an object of the class, made without arguments, whose state is an empty dictionary.
    private static string EmptyObject(string name) => $"\u0080\u0002c__torch__\n{name}\n)\u0081}}b.";

    private static void Add(ZipArchive zip, string name, string content)
    {
        using var entry = zip.CreateEntry($"module/{name}", CompressionLevel.NoCompression).Open();
        entry.Write(Encoding.Latin1.GetBytes(content));
    }
}
