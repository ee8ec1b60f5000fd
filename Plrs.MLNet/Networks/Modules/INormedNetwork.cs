namespace Plrs.MLNet.Networks;

/// <summary>A network with batch norms, whose running statistics can be made to be those of some batches, all counted alike.</summary>
internal interface INormedNetwork
{
    /// <summary>
    /// How far the running statistics follow those of each batch, from 0 to 1, while the network trains: 1/n for the n-th batch makes them
    /// the mean of all n. <see langword="null"/>, as at first, for each norm's own momentum; only these batches are counted.
    /// </summary>
    double? NormMomentum { get; set; }
}
