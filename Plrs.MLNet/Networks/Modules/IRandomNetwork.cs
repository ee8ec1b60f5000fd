namespace Plrs.MLNet.Networks;

/// <summary>
/// A network that draws at random while it trains. What it draws depends on its seed and on the step alone, so that a resumed run draws the
/// same.
/// </summary>
internal interface IRandomNetwork
{
    /// <summary>Called before the forward pass of a training step.</summary>
    /// <param name="step">The number of the step, from 0.</param>
    void BeginStep(long step);
}
