using Microsoft.ML;
using Plrs.MLNet.Tests.Support;

namespace Plrs.MLNet.Tests.TensorFlow;

/// <summary>What a trainer by ML.NET's TensorFlow contract shares with the copy that got a schedule: nothing that training changes.</summary>
[TestClass]
public sealed class TrainerCopyTests : IDisposable
{
    private readonly TemporaryFolder _temporary = new();
    private readonly MLContext _context;

    public TrainerCopyTests() => _context = CreateContext();

    public void Dispose() => _temporary.Dispose();

    [TestMethod]
    public void TheCopyMakesAndRemovesATemporaryWorkspaceOfItsOwn()
    {
        var options = TrainerContractTests.CreateOptions(epochs: 1);
        var trainer = new ImageClassificationTrainerDouble(_context, options);
        var copy = trainer.UsePlrs(0.1, 0.2);
        Assert.HasCount(2, Directory.GetDirectories(_temporary.Path));

        copy.Fit(DoubleData.Images(_context, 6));

        Assert.AreEqual(options.WorkspacePath, Directory.GetDirectories(_temporary.Path).Single());
    }

    [TestMethod]
    public void AWorkspaceOfTheUsersStays()
    {
        var options = TrainerContractTests.CreateOptions(epochs: 1);
        options.WorkspacePath = Path.Combine(_temporary.Path, "mine");

        new ImageClassificationTrainerDouble(_context, options).UsePlrs(0.1, 0.2).Fit(DoubleData.Images(_context, 6));

        CollectionAssert.AreEqual(new[] { options.WorkspacePath }, Directory.GetDirectories(_temporary.Path));
    }

    [TestMethod]
    public void TrainingTheCopyDoesNotUseUpTheEarlyStoppingOfTheOriginal()
    {
        var options = TrainerContractTests.CreateOptions(epochs: 50);
        options.EarlyStoppingCriteria = new() { MinDelta = 2, Patience = 4 };
        options.ValidationSet = DoubleData.Images(_context, 6);
        var trainer = new ImageClassificationTrainerDouble(_context, options);

        trainer.UsePlrs(0.1, 0.2).Fit(DoubleData.Images(_context, 6));

        Assert.AreEqual(4, EpochsOf(trainer));
    }

    [TestMethod]
    public void TheOriginalsRandomNumbersAreUntouched()
    {
        var untouched = new ImageClassificationTrainerDouble(CreateContext(), TrainerContractTests.CreateOptions(epochs: 3, batchSize: 2));
        var given = new ImageClassificationTrainerDouble(CreateContext(), TrainerContractTests.CreateOptions(epochs: 3, batchSize: 2));
        var other = new ImageClassificationTrainerDouble(new MLContext(99) { TempFilePath = _temporary.Path }, TrainerContractTests.CreateOptions(epochs: 3, batchSize: 2));

        given.UsePlrs(0.1, 0.2);

        CollectionAssert.AreEqual(WeightsOf(untouched), WeightsOf(given));
        CollectionAssert.AreNotEqual(WeightsOf(untouched), WeightsOf(other), "The order of the images must matter here.");
    }

    private static int EpochsOf(ImageClassificationTrainerDouble trainer) => trainer.Fit(DoubleData.Images(new MLContext(1), 6)).Model.LearningRates.Count;

    private static float[] WeightsOf(ImageClassificationTrainerDouble trainer) => [.. trainer.Fit(DoubleData.Images(new MLContext(1), 12)).Model.Weights];

    private MLContext CreateContext() => new(seed: 11) { TempFilePath = _temporary.Path };
}
