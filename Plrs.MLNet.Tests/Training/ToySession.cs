using Plrs.MLNet.Schedules;
using Plrs.MLNet.Tests.Images.Caching;
using Plrs.MLNet.Training;

namespace Plrs.MLNet.Tests.Training;

/// <summary>A session of two epochs of two steps, on four images of 2 × 2 pixels, with two more to validate on.</summary>
internal static class ToySession
{
    public static readonly SessionSettings Settings = new()
    {
        Epochs = 2,
        BatchSize = 2,
        Schedule = new ConstantSchedule(0.1),
        Optimizer = new SgdOptions { Momentum = 0.9 },
        Seed = 1,
    };

    public static TrainingSession Create(
        ToyNetwork network, IEnumerable<TrainingObserver> observers, SessionSettings? settings = null, bool validates = true) =>
        new(settings ?? Settings, Data(imageSize: 2, validates), network, observers);

    public static SessionData Data(int imageSize, bool validates = true) => TrainingData.Create(
        TestSets.Random(count: 4, imageSize),
        validates ? TestSets.Random(count: 2, imageSize) : TestSets.Of()).Images(augmentation: null, seed: 1);
}
