namespace Plrs.MLNet.Networks;

/// <summary>What the networks with inverted residual blocks (Sandler et al. 2018) share.</summary>
internal static class InvertedResidual
{
    /// <summary>The largest factor of the channels.</summary>
    public const double Widest = 8;

    private const int Divisor = 8;

    /// <summary>A number of channels as a multiple of eight, never less than nine tenths of it.</summary>
    public static int RoundedChannels(double channels)
    {
        var rounded = Math.Max(Divisor, (int)(channels + (Divisor / 2)) / Divisor * Divisor);
        return rounded < 0.9 * channels ? rounded + Divisor : rounded;
    }

    /// <summary>
    /// Squeeze and excitation (Hu et al. 2018): scales each channel by what two 1×1 convolutions make of all channels' means.
    /// </summary>
    /// <param name="x">The layer.</param>
    /// <param name="name">The block's name.</param>
    /// <param name="squeezed">The channels in between.</param>
    /// <param name="activate">The activation in between.</param>
    /// <param name="gate">What brings the factors to 0 to 1.</param>
    public static Layer SqueezeAndExcite(Layer x, string name, int squeezed, Func<Layer, Layer> activate, Func<Layer, Layer> gate) =>
        x.ScaleBy(gate(
            activate(x.AdaptiveAveragePool(1).Convolution($"{name}.fc1", squeezed, kernel: 1, bias: true))
                .Convolution($"{name}.fc2", x.Shape.Channels, kernel: 1, bias: true)));
}
