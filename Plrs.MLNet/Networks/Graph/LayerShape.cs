namespace Plrs.MLNet.Networks;

/// <summary>The shape of what a layer makes of one image: a stack of planes, or a vector.</summary>
/// <param name="Channels">The number of planes, or the length of the vector.</param>
/// <param name="Height">The rows of a plane; 1 for a vector.</param>
/// <param name="Width">The columns of a plane; 1 for a vector.</param>
/// <param name="IsVector">Whether it is a vector, which linear layers take.</param>
public readonly record struct LayerShape(int Channels, int Height, int Width, bool IsVector = false)
{
    /// <summary>The shape of a vector.</summary>
    /// <param name="length">Its length.</param>
    /// <returns>The shape.</returns>
    public static LayerShape Vector(int length) => new(length, 1, 1, IsVector: true);

    /// <summary>The shape in words, for example <c>64×8×8</c>, or <c>512</c> for a vector.</summary>
    /// <returns>The shape.</returns>
    public override string ToString() =>
        IsVector ? FormattableString.Invariant($"{Channels}") : FormattableString.Invariant($"{Channels}×{Height}×{Width}");
}
