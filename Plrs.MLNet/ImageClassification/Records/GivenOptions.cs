using Plrs.MLNet.Records;
using Plrs.MLNet.Schedules;
using Options = Plrs.MLNet.TorchImageClassificationTrainer.Options;

namespace Plrs.MLNet.ImageClassification;

/// <summary>The words of a record's options: which of them are not those of a default.</summary>
internal static class GivenOptions
{
    /// <summary>The options that are not what they come to when they are left open, the others being as they are.</summary>
    public static IReadOnlyDictionary<string, string> Of(TrainingRecord record)
    {
        var defaults = Defaults(record);
        return record.Options.Where(option => defaults.GetValueOrDefault(option.Key) != option.Value).ToDictionary();
    }

    private static Dictionary<string, string> Defaults(TrainingRecord record)
    {
        // What other options' defaults follow from is as it was.
        var network = Network.Known.Values.FirstOrDefault(network => network.ToString() == record.Network);
        var isFromScratch = record.Options.GetValueOrDefault(nameof(Options.StartFrom)) == OptionsInWords.Of(PretrainedWeights.None);
        var fineTuning = record.Options.GetValueOrDefault(nameof(Options.FineTuning)) ?? "";
        var isHeadOnly = fineTuning.StartsWith(nameof(FineTuning.HeadOnly), StringComparison.Ordinal);
        var options = new Options { Arch = network, StartFrom = isFromScratch ? PretrainedWeights.None : PretrainedWeights.ImageNet };
        ILearningRateSchedule schedule = new ConstantSchedule(options.LearningRate);
        var words = new Dictionary<string, string>(OptionsInWords.Of(options, RunPlan.Of(options), schedule));
        options.FineTuning = isHeadOnly ? FineTuning.HeadOnly : null;
        words[nameof(Options.Epoch)] = OptionsInWords.Of(RunPlan.Of(options).Epochs);

        // The network and the weights, which were not left open there. Without either, the network is this.
        words[nameof(Options.Arch)] = OptionsInWords.Of(RunPlan.Of(new Options()).Network);
        words[nameof(Options.StartFrom)] = OptionsInWords.Of(RunPlan.Of(new Options { Arch = network }).StartFrom);
        if (record.Schedule.MinimumLearningRate is not null)
        {
            words[nameof(Options.WeightAveraging)] = OptionsInWords.Of(WeightAveraging.Exponential());
        }

        return words;
    }
}
