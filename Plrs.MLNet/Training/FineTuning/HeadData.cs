using Plrs.MLNet.Images;

namespace Plrs.MLNet.Training;

/// <summary>What a head is trained and validated on.</summary>
/// <param name="Session">The features, scaled.</param>
/// <param name="Scaling">How they are scaled.</param>
internal sealed record HeadData(SessionData Session, FeatureScaling Scaling)
{
    /// <summary>
    /// The features of a run's images. Those that are trained on are seen as they are and mirrored, where they may be mirrored; those that
    /// are validated on as they are.
    /// </summary>
    /// <param name="data">The images.</param>
    /// <param name="mirrors">Whether the images may be mirrored.</param>
    /// <param name="featuresOf">Gives the features of a set.</param>
    public static HeadData Create(TrainingData data, bool mirrors, Func<ImageSet, FeatureSet> featuresOf)
    {
        var train = featuresOf(data.TrainSet);
        int[] trained = [.. data.TrainImages.SelectMany(image => FeatureSet.Of(image).Take(mirrors ? FeatureSet.Views : 1))];
        var scaling = FeatureScaling.Measure(train, trained);
        return new HeadData(
            new SessionData(
                Examples(train, trained),
                data.HasValidation
                    ? Examples(Validation(), [.. data.ValidationImages.Select(image => FeatureSet.Of(image).First())])
                    : null),
            scaling);

        FeatureSet Validation() => data.ValidationSet == data.TrainSet ? train : featuresOf(data.ValidationSet);

        SessionExamples Examples(FeatureSet set, int[] examples) =>
            new(set, examples, (bytes, _, _, values) => scaling.Apply(bytes, values));
    }
}
