using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;

namespace Microsoft.ML.Vision;

/// <summary>In the place of Microsoft.ML.Vision's model.</summary>
public sealed class ImageClassificationModelParameters : ModelParametersBase<VBuffer<float>>, IDisposable
{
    internal ImageClassificationModelParameters(IHostEnvironment env)
        : base(env, nameof(ImageClassificationModelParameters)) =>
        throw StandIn.Refusal();

    protected override PredictionKind PredictionKind => PredictionKind.MulticlassClassification;

    public void Dispose()
    {
    }
}
