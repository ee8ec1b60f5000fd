using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace Plrs.MLNet.ImageClassification;

/// <summary>The versions of this library's parts of a model file. Each part has a number of its own, and one is read: the one that is written.</summary>
internal static class ModelVersion
{
    /// <param name="modelSignature">What the part is, in exactly 8 characters.</param>
    /// <param name="version">The version of its format.</param>
    /// <param name="loaderSignature">The name of its loader, at most 24 characters.</param>
    public static VersionInfo Create(string modelSignature, uint version, string loaderSignature) => new(
        modelSignature,
        verWrittenCur: version,
        verReadableCur: version,
        verWeCanReadBack: version,

        // The assembly's name alone: with its version, .NET would refuse the file where the library is older than the one that wrote it.
        loaderAssemblyName: typeof(ModelVersion).Assembly.GetName().Name,
        loaderSignature: loaderSignature);

    /// <summary>Checks that a part of a file is what it should be. ML.NET's own check speaks of ML.NET's versions.</summary>
    /// <exception cref="FormatException">It is another part, or of another version.</exception>
    public static void Check(IExceptionContext context, ModelLoadContext file, VersionInfo known)
    {
        file.CheckAtModel();
        context.CheckDecode(file.Header.ModelSignature == known.ModelSignature, $"The model is damaged: its part '{known.LoaderSignature}' has another signature.");
        var version = file.Header.ModelVerWritten;
        context.CheckDecode(
            version == known.VerWrittenCur && file.Header.ModelVerReadable == known.VerReadableCur,
            $"The model's part '{known.LoaderSignature}' has version 0x{version:x8}; this version of Plrs.MLNet reads 0x{known.VerWrittenCur:x8} alone. " +
            "Load the file with the version of Plrs.MLNet that saved it, or train and save it again with this one.");
    }
}
