using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace Plrs.MLNet.ImageClassification;

/// <summary>
/// The versions of this library's blocks of a model file. A version reads its own and all earlier ones since 1.0. What is added goes into
/// <see cref="ModelParts"/>, so that a block keeps its version; only a change of the block itself, which earlier versions cannot read,
/// raises it.
/// </summary>
internal static class ModelVersion
{
    /// <param name="modelSignature">What the block is, in exactly 8 characters.</param>
    /// <param name="version">The version of its format.</param>
    /// <param name="oldest">The oldest version that is read: that of 1.0.</param>
    /// <param name="loaderSignature">The name of its loader, at most 24 characters.</param>
    public static VersionInfo Create(string modelSignature, uint version, uint oldest, string loaderSignature) => new(
        modelSignature,
        verWrittenCur: version,
        verReadableCur: version,
        verWeCanReadBack: oldest,

        // The assembly's name alone: with its version, .NET would refuse the file where the library is older than the one that wrote it.
        loaderAssemblyName: typeof(ModelVersion).Assembly.GetName().Name,
        loaderSignature: loaderSignature);

    /// <summary>Checks that a block of a file is what it should be. ML.NET's own check speaks of ML.NET's versions.</summary>
    /// <exception cref="FormatException">It is another block, or of a version that is not read.</exception>
    public static void Check(IExceptionContext context, ModelLoadContext file, VersionInfo known)
    {
        file.CheckAtModel();
        context.CheckDecode(
            file.Header.ModelSignature == known.ModelSignature,
            $"The model is damaged: its block '{known.LoaderSignature}' has another signature.");
        var (written, readable) = (file.Header.ModelVerWritten, file.Header.ModelVerReadable);
        context.CheckDecode(
            readable <= known.VerWrittenCur,
            $"The model's block '{known.LoaderSignature}' has version 0x{written:x8}; " +
            $"this version of Plrs.MLNet reads up to 0x{known.VerWrittenCur:x8}. " +
            "Load the file with a later version of Plrs.MLNet.");
        context.CheckDecode(
            written >= known.VerWeCanReadBack,
            $"The model's block '{known.LoaderSignature}' has version 0x{written:x8}, which was never released; " +
            $"0x{known.VerWeCanReadBack:x8} is the first. " +
            "Train and save the model again.");
    }
}
