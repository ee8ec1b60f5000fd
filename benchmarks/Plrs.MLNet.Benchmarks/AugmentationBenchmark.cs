using BenchmarkDotNet.Attributes;
using Plrs.MLNet.Images;

namespace Plrs.MLNet.Benchmarks;

/// <summary>
/// One training image made ready on one thread: normalised, and changed at random where it is said. The image is of random bytes.
/// </summary>
public class AugmentationBenchmark
{
    private const int Images = 100;

    private readonly Normalization _normalization = new([0.5f, 0.5f, 0.5f], [0.25f, 0.25f, 0.25f]);
    private byte[] _pixels = [];
    private float[] _values = [];
    private Augmenter _cropAndFlip = null!;
    private Augmenter _photos = null!;

    [Params(32, 224)]
    public int ImageSize { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _pixels = new byte[ImageDecoder.DecodedBytes(ImageSize)];
        _values = new float[_pixels.Length];
        new Random(1).NextBytes(_pixels);
        _cropAndFlip = new Augmenter(ImageAugmentation.CropAndFlip, _normalization, ImageSize, seed: 1);
        _photos = new Augmenter(ImageAugmentation.Photos, _normalization, ImageSize, seed: 1);
    }

    [Benchmark(Baseline = true, Description = "none", OperationsPerInvoke = Images)]
    public void None()
    {
        for (var image = 0; image < Images; image++)
        {
            _normalization.Apply(_pixels, _values);
        }
    }

    [Benchmark(Description = "CropAndFlip", OperationsPerInvoke = Images)]
    public void CropAndFlip() => Apply(_cropAndFlip);

    [Benchmark(Description = "Photos", OperationsPerInvoke = Images)]
    public void Photos() => Apply(_photos);

    private void Apply(Augmenter augmenter)
    {
        for (var image = 0; image < Images; image++)
        {
            augmenter.Apply(_pixels, image, use: 0, _values);
        }
    }
}
