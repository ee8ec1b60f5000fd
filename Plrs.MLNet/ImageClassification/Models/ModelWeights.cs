using Microsoft.ML;
using Microsoft.ML.Runtime;
using Plrs.MLNet.Networks;
using Plrs.MLNet.Weights;

namespace Plrs.MLNet.ImageClassification;

/// <summary>
/// The entry of a model file that holds the network's weights. How long it must be follows from the network, so nothing is made, unpacked
/// or read for an entry of any other length, or one that is packed into far fewer bytes than a graph's weights ever are.
/// </summary>
internal static class ModelWeights
{
    private const string EntryName = "Weights";

    // Trained weights are packed into nine tenths. Where pruning left one of 100, it is a seventieth; zeros alone, a thousandth.
    private const int MostOfPacked = 256;
    private const long Constant = 1 << 20;

    public static void Save(ModelSaveContext context, NetworkWeights weights) =>
        context.SaveBinaryStream(EntryName, writer => WeightsFormat.Write(writer, weights));

    /// <summary>Reads the weights of a network.</summary>
    /// <param name="host">The host of the model.</param>
    /// <param name="context">Where the model is read from.</param>
    /// <param name="layout">The network's tensors.</param>
    /// <param name="name">The network in words.</param>
    /// <exception cref="FormatException">The entry is missing, has another length, or has weights that cannot be used.</exception>
    public static NetworkWeights Load(IHost host, ModelLoadContext context, INetworkLayout layout, string name)
    {
        var expected = WeightsFormat.Length(layout);
        CheckLength(ModelEntries.ClaimedLength(context, EntryName) ?? expected);
        var packed = ModelEntries.PackedLength(context, EntryName) ?? expected;

        // A module of one's own may have any buffer, such as a mask; how large it is, its code says and not the file.
        host.CheckDecode(
            layout is ModuleLayout || expected <= (MostOfPacked * packed) + Constant,
            $"The model is damaged: its weights have {expected} bytes, packed into {packed}; no trained network's can be packed so much.");

        NetworkWeights? weights = null;
        try
        {
            var found = context.TryLoadBinaryStream(EntryName, reader =>
            {
                CheckLength(reader.BaseStream.Length);
                weights = WeightsFormat.Read(reader, layout);
                weights.Check();
            });
            host.CheckDecode(found, "The model is damaged: its weights are missing.");
        }
        catch (Exception e) when (e is EndOfStreamException or InvalidDataException || (e is FormatException && !e.IsMarked()))
        {
            throw host.ExceptDecode(e, $"The model is damaged: {e.Message}");
        }

        return weights!;

        void CheckLength(long length) => host.CheckDecode(
            length == expected,
            $"The model is damaged: its weights have {length} bytes; those of a {name} have {expected}.");
    }
}
