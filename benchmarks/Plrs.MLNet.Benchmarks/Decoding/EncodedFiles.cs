using Plrs.MLNet.Benchmarks.Comparisons;

namespace Plrs.MLNet.Benchmarks.Decoding;

/// <summary>Some files of a folder, which are decoded again and again.</summary>
internal static class EncodedFiles
{
    /// <summary>How many files at the most: photos take their time.</summary>
    public const int Most = 256;

    /// <returns>Images per second.</returns>
    /// <param name="images">Where the files are.</param>
    /// <param name="threads">How many threads share them.</param>
    /// <param name="createDecoder">Makes what a thread decodes with.</param>
    /// <param name="decode">Decodes one file's bytes.</param>
    public static double Measure<TDecoder>(ImageFolder images, int threads, Func<TDecoder> createDecoder, Action<TDecoder, byte[]> decode)
    {
        var files = LabeledImage.SomeFromFolder(images.Path, Most).Select(file => File.ReadAllBytes(file.ImagePath)).ToArray();
        using var decoders = new ThreadLocal<TDecoder>(createDecoder);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = threads };
        return Speed.Measure(files.Length, () => Parallel.For(0, files.Length, parallel, i => decode(decoders.Value!, files[i])));
    }
}
