using Plrs.MLNet.Checkpoints;
using Plrs.MLNet.ImageClassification;

namespace Plrs.MLNet.Tests.Checkpoints;

/// <summary>What the process does that <see cref="KillTests"/> kills: a program that can be restarted as it is.</summary>
internal static class CheckpointedTraining
{
    public static TorchImageClassificationTrainer.Options Options(string variant)
    {
        var options = QuickRun.QuickOptions(variant);
        options.Epoch = 5;
        return options;
    }

    public static void Run(string variant, string workspace, TimeSpan interval, string weightsFile)
    {
        var options = Options(variant);
        options.WorkspacePath = workspace;
        options.CheckpointEveryEpochs = 1;
        options.CheckpointInterval = interval;
        options.ResumeFrom = CheckpointSource.Newest;
        var run = QuickRun.Train(options, (_, steps) => Console.WriteLine(steps));
        File.WriteAllText(weightsFile, run.Weights);
    }
}
