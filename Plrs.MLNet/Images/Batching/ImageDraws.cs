using Plrs.MLNet.Randomness;

namespace Plrs.MLNet.Images;

/// <summary>
/// The random numbers of one image each time it is used. They are keyed, so they are the same whatever the order, the threads, or the step
/// a run was resumed at.
/// </summary>
/// <param name="seed">The seed of the run.</param>
/// <param name="image">The image.</param>
/// <param name="use">Which use of it: the epoch, where it is used once in each.</param>
internal readonly struct ImageDraws(int seed, int image, long use)
{
    /// <summary>A whole number from 0 up to and without a bound.</summary>
    public int Below(int bound, RandomStream stream, int number) => Philox4x32.Below(bound, seed, stream, use, Item(stream, number));

    /// <summary>A number from one up to and without another; the first where they are equal.</summary>
    public double Between(double least, double most, RandomStream stream, int number) =>
        least + ((most - least) * Philox4x32.Uniform(seed, stream, use, Item(stream, number)));

    private long Item(RandomStream stream, int number) => (DrawsPerImage(stream) * image) + number;

    // As the numbers of the streams, these stay: others would change the results of every seed.
    private static long DrawsPerImage(RandomStream stream) => stream switch
    {
        RandomStream.Augmentation => 3,
        RandomStream.ResizedCrop => 40,
        _ => 4,
    };
}
