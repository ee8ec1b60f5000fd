using System.Text;
using Microsoft.ML;
using Plrs.MLNet.Common;

namespace Plrs.MLNet.Experiments.Folders;

/// <summary>
/// Writes results. A disk that is full, or a program that is stopped, leaves what was there before, and never half of a file.
/// </summary>
internal static class ResultFile
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    public static void Write(string path, byte[] content) => WholeFile.Write(path, stream => stream.Write(content));

    public static void Write(string path, string text) => Write(path, Utf8.GetBytes(text));

    public static void Write(string path, IEnumerable<string> lines) =>
        Write(path, string.Concat(lines.Select(line => line + Environment.NewLine)));

    /// <summary>Saves a model. ML.NET's own method empties the file first.</summary>
    public static void Write(string path, MLContext mlContext, ITransformer model, DataViewSchema columns) =>
        WholeFile.Write(path, stream => mlContext.Model.Save(model, columns, stream));
}
