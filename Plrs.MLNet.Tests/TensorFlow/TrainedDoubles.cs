using Microsoft.ML;
using Microsoft.ML.Data;

namespace Plrs.MLNet.Tests.TensorFlow;

/// <summary>Finds what <see cref="ImageClassificationTrainerDouble"/> trained, anywhere in a fitted pipeline.</summary>
internal static class TrainedDoubles
{
    public static IEnumerable<ImageClassificationModelParametersDouble> DoublesIn(this ITransformer fitted) => fitted switch
    {
        MulticlassPredictionTransformer<ImageClassificationModelParametersDouble> transformer => [transformer.Model],
        IEnumerable<ITransformer> chain => chain.SelectMany(DoublesIn),
        _ => [],
    };
}
