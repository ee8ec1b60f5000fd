using System.Globalization;
using Plrs.MLNet.Experiments.Comparisons;
using Plrs.MLNet.Experiments.Folders;
using Plrs.MLNet.Experiments.Schedules;
using Plrs.MLNet.Experiments.Training;
using Plrs.MLNet.Tests.Support;

namespace Plrs.MLNet.Tests.Examples;

/// <summary>
/// An experiment of examples/CompareSchedules on a few drawn images: two schedules, two seeds, three epochs of three steps.
/// </summary>
internal static class QuickExperiment
{
    public const int Epochs = 3;

    /// <summary>Draws images into a folder's subfolders train and test.</summary>
    public static void Draw(TemporaryFolder folder, int train = 8, int test = 4)
    {
        foreach (var (part, first, count) in new[] { ("train", 0, train), ("test", 100, test) })
        {
            for (var i = first; i < first + count; i++)
            {
                foreach (var kind in TestImages.Classes)
                {
                    File.WriteAllBytes(
                        folder.File(part, kind, string.Create(CultureInfo.InvariantCulture, $"{i}.png")), TestImages.Encode(kind, i));
                }
            }
        }
    }

    public static ExperimentSettings Settings(ExampleSet examples) => new()
    {
        Data = "drawn",
        Classes = examples.ClassCount,
        TrainImages = examples.Train.Count,
        TestImages = examples.Test.Count,
        Network = "ResNet20",
        FineTuning = FineTuningName.Scratch,
        Epochs = Epochs,
        BatchSize = 8,
        ImageSize = 16,
        Rate = null,
        AveragingDecay = 0.98,
        MixedPrecision = false,
        Folds = 0,
        Definitions = NamedSchedule.Definitions,
        Schedules = ["constant", "plrs"],
        Seeds = [1, 2],
    };

    /// <summary>Makes a share of the runs, or all of them.</summary>
    /// <param name="data">The folder of the data.</param>
    /// <param name="output">The folder of the experiment.</param>
    /// <param name="share">The share.</param>
    /// <param name="shows">Told of each epoch: its run and its number.</param>
    /// <param name="change">Changes the settings.</param>
    /// <param name="stop">Stops it.</param>
    public static void Make(
        string data, string output, TaskShare? share = null, Action<string>? shows = null,
        Func<ExperimentSettings, ExperimentSettings>? change = null, CancellationToken stop = default)
    {
        var examples = DataFolder.Read(data);
        var settings = change is null ? Settings(examples) : change(Settings(examples));
        var files = new RunFiles(output);
        files.Add(settings);
        new Experiment(settings, examples, files, TorchDevice.Cpu, new View(shows)).Make(share ?? new TaskShare(1, 1), stop);
    }

    private sealed class View(Action<string>? shows) : IProgressView
    {
        public void Warn(string message)
        {
        }

        public void Begin(RunRecord record, ExperimentSettings settings)
        {
        }

        public void EpochDone(RunRecord record, ExperimentSettings settings) => shows?.Invoke($"{record.Key.Name} {record.Epochs.Count}");

        public void Finished(RunRecord record, ExperimentSettings settings)
        {
        }
    }
}
