using Microsoft.ML;
using Microsoft.ML.Data;
using Plrs.MLNet.Tests.TensorFlow;
using Plrs.MLNet.Tests.TorchTrainers;

namespace Plrs.MLNet.Tests.Pipelines;

[TestClass]
public sealed class TorchTrainerPositionTests :
    UsePlrsPositions<TorchTrainerDouble, MulticlassPredictionTransformer<ImageClassificationModelParametersDouble>>
{
    protected override TorchTrainerDouble CreateTrainer() => new(Context, new TorchTrainerDouble.Options());

    protected override IEnumerable<float> RatesUsed(ITransformer fitted) => fitted.DoublesIn().Last().LearningRates;
}
