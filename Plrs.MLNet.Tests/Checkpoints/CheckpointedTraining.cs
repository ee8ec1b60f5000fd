using System.Globalization;

namespace Plrs.MLNet.Tests.Checkpoints;

/// <summary>What the process does that KillTests kills: a program that can be restarted as it is.</summary>
internal static class CheckpointedTraining
{
    public static TorchImageClassificationTrainer.Options Options(string variant)
    {
        var options = QuickRun.QuickOptions(variant);
        options.Epoch = 5;
        return options;
    }

    /// <param name="variant">The settings: see QuickRun.</param>
    /// <param name="workspace">The folder for checkpoints.</param>
    /// <param name="interval">The time between them.</param>
    /// <param name="weightsFile">The file that receives the trained weights' hash.</param>
    /// <param name="tell">Told of each step.</param>
    public static void Run(string variant, string workspace, TimeSpan interval, string weightsFile, Action<string> tell)
    {
        var options = Options(variant);
        options.WorkspacePath = workspace;
        options.Checkpoints.EveryEpochs = 1;
        options.Checkpoints.Interval = interval;
        options.Checkpoints.ResumeFrom = CheckpointSource.Newest;
        var run = QuickRun.Train(options, (_, steps) => tell(steps.ToString(CultureInfo.InvariantCulture)));
        File.WriteAllText(weightsFile, run.Weights);
    }
}
