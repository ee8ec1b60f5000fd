namespace Plrs.MLNet.Networks;

/// <summary>What files need to know of a network: its tensors, in order.</summary>
internal interface INetworkLayout
{
    /// <summary>The tensors.</summary>
    IReadOnlyList<NetworkTensor> Tensors { get; }

    /// <summary>The network layer by layer, for what needs more than its tensors.</summary>
    /// <exception cref="NotSupportedException">It is a module of the user's, of which nothing more is known.</exception>
    NetworkGraph Graph { get; }
}
