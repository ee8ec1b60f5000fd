using Microsoft.ML;
using Plrs.MLNet.Schedules;
using Plrs.MLNet.Tests.Support;

namespace Plrs.MLNet.Tests.TensorFlow;

/// <summary>
/// What a trainer by ML.NET's TensorFlow contract shares with the copy that got a schedule: nothing that training changes.
/// </summary>
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
        Assert.AreEqual(options.WorkspacePath, Workspaces().Single());

        var copy = trainer.UsePlrs(0.1, 0.2);

        Assert.AreEqual(copy.OwnOptions.WorkspacePath, Workspaces().Single(), "That of the trainer is of no use any more.");
        Assert.AreNotEqual(options.WorkspacePath, copy.OwnOptions.WorkspacePath);
        copy.Fit(DoubleData.Images(_context, 6));
        Assert.IsEmpty(Workspaces());
    }

    [TestMethod]
    public void ATrainerWhoseWorkspaceIsGoneTrainsAllTheSame()
    {
        var trainer = new ImageClassificationTrainerDouble(_context, TrainerContractTests.CreateOptions(epochs: 2));
        trainer.UsePlrs(0.1, 0.2).UsePlrs(0.1, 0.2).Fit(DoubleData.Images(_context, 6));

        Assert.AreEqual(2, EpochsOf(trainer));
        Assert.IsEmpty(Workspaces());
    }

    [TestMethod]
    public void ATemporaryWorkspaceThatHoldsSomethingStays()
    {
        var options = TrainerContractTests.CreateOptions(epochs: 1);
        var trainer = new ImageClassificationTrainerDouble(_context, options);
        File.WriteAllText(Path.Combine(options.WorkspacePath!, "features.bin"), "");

        trainer.UsePlrs(0.1, 0.2).Fit(DoubleData.Images(_context, 6));

        Assert.AreEqual(options.WorkspacePath, Workspaces().Single());
    }

    [TestMethod]
    public void AWorkspaceOfTheUsersStays()
    {
        var options = TrainerContractTests.CreateOptions(epochs: 1);
        options.WorkspacePath = Path.Combine(_temporary.Path, "mine");
        Directory.CreateDirectory(options.WorkspacePath);

        new ImageClassificationTrainerDouble(_context, options).UsePlrs(0.1, 0.2).Fit(DoubleData.Images(_context, 6));

        CollectionAssert.AreEqual(new[] { options.WorkspacePath }, Workspaces());
    }

    [TestMethod]
    public void EveryCopyKnowsWhatTheContextSays()
    {
        _context.GpuDeviceId = 3;
        _context.FallbackToCpu = false;
        var trainer = new ImageClassificationTrainerDouble(_context, TrainerContractTests.CreateOptions(epochs: 1));
        for (var copies = 0; copies < 4; copies++)
        {
            Assert.AreEqual(_temporary.Path, Path.GetDirectoryName(trainer.OwnOptions.WorkspacePath), $"Workspace after {copies} copies.");
            Assert.AreEqual(
                (11, _temporary.Path, 3, false),
                (trainer.OwnHost.Seed, trainer.OwnHost.TempFilePath, trainer.OwnHost.GpuDeviceId, trainer.OwnHost.FallbackToCpu),
                $"{copies} copies");
            trainer = trainer.UsePlrs(0.1, 0.2);
        }
    }

    [TestMethod]
    public void TheLogOfEveryCopyIsThatOfTheContext()
    {
        var messages = new List<string>();
        _context.Log += (_, e) => messages.Add(e.RawMessage);

        new ImageClassificationTrainerDouble(_context, TrainerContractTests.CreateOptions(epochs: 3))
            .UseSchedule(new ConstantSchedule(0.5)).UseSchedule(new ConstantSchedule(0.25)).Fit(DoubleData.Images(_context, 6));

        CollectionAssert.AreEqual(
            new[] { "Epoch: 0, Learning Rate: 0.25", "Epoch: 1, Learning Rate: 0.25", "Epoch: 2, Learning Rate: 0.25" },
            messages.Where(message => message.StartsWith("Epoch:", StringComparison.Ordinal)).ToArray());
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
        var other = new ImageClassificationTrainerDouble(
            new MLContext(99) { TempFilePath = _temporary.Path }, TrainerContractTests.CreateOptions(epochs: 3, batchSize: 2));

        given.UsePlrs(0.1, 0.2);

        CollectionAssert.AreEqual(WeightsOf(untouched), WeightsOf(given));
        CollectionAssert.AreNotEqual(WeightsOf(untouched), WeightsOf(other), "The order of the images must matter here.");
    }

    private string[] Workspaces() =>
        [.. Directory.GetDirectories(_temporary.Path)
            .Where(path => Path.GetFileName(path) != ImageClassificationTrainerDouble.ResourceFolder)];

    private static int EpochsOf(ImageClassificationTrainerDouble trainer) =>
        trainer.Fit(DoubleData.Images(new MLContext(1), 6)).Model.LearningRates.Count;

    private static float[] WeightsOf(ImageClassificationTrainerDouble trainer) =>
        [.. trainer.Fit(DoubleData.Images(new MLContext(1), 12)).Model.Weights];

    private MLContext CreateContext() => new(seed: 11) { TempFilePath = _temporary.Path };
}
