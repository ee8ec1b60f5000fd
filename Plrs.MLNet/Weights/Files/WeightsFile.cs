namespace Plrs.MLNet.Weights;

/// <summary>
/// Reads the tensors of a weights file: safetensors, PyTorch's <c>.pth</c> and <c>.th</c> in both forms, or the initializers of an ONNX
/// model. What a file is, its content says, not its name.
/// </summary>
/// <remarks>
/// Files may come from strangers: whatever the bytes are, there are tensors or a <see cref="FormatException"/>, nothing of a file is ever
/// run, and no more memory is taken than <see cref="MemoryAllowance"/> says.
/// </remarks>
internal static class WeightsFile
{
    private const int BeginningBytes = 16;
    private const int BufferBytes = 1 << 14;

    /// <summary>Reads all tensors of a file.</summary>
    /// <exception cref="FormatException">
    /// It is none of these files, or damaged, or holds what is no tensor; the message names the file and says what.
    /// </exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static IReadOnlyList<FileTensor> Read(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, BufferBytes);
        try
        {
            return Read(stream);
        }
        catch (FormatException e)
        {
            throw new FormatException($"The weights in '{path}' cannot be read: {e.Message}.", e);
        }
    }

    /// <summary>Reads all tensors of a file's bytes.</summary>
    /// <param name="stream">The bytes; it can seek.</param>
    /// <exception cref="FormatException">As for files, without their name.</exception>
    public static IReadOnlyList<FileTensor> Read(Stream stream)
    {
        var source = new FileSource(stream, new MemoryAllowance(stream.Length));
        Span<byte> beginning = stackalloc byte[(int)Math.Min(BeginningBytes, source.Length)];
        source.Read(0, beginning);
        var tensors =
            ZipDirectory.Recognises(beginning) ? TorchReader.ReadZip(source)
            : TorchReader.RecognisesOld(beginning) ? TorchReader.ReadOld(source)
            : SafetensorsReader.Recognises(beginning) ? SafetensorsReader.Read(source)
            : OnnxReader.Recognises(beginning) ? OnnxReader.Read(source)
            : throw new FormatException("it is none of the files that can be read: safetensors, PyTorch's .pth, or ONNX");
        return tensors.Count > 0 ? tensors : throw new FormatException("it has no tensors");
    }
}
