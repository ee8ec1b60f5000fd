namespace Plrs.MLNet.Images;

/// <summary>Examples with their classes, kept as records of bytes: images, or what a network has made of them.</summary>
internal interface IExampleSet
{
    /// <summary>The number of examples.</summary>
    int Count { get; }

    /// <summary>The shape of an example's values, as a network takes them.</summary>
    IReadOnlyList<int> Shape { get; }

    /// <summary>Whether reading an example is much work.</summary>
    bool IsEncoded { get; }

    /// <summary>The class of one example, from 0.</summary>
    int Label(int index);

    /// <summary>Makes something to read examples with, for one thread at a time; many can read beside each other.</summary>
    IExampleReader CreateReader();
}

/// <summary>Reads examples with buffers of its own.</summary>
internal interface IExampleReader : IDisposable
{
    /// <summary>The bytes of one example, until the next is read.</summary>
    ReadOnlySpan<byte> Read(int index);
}
