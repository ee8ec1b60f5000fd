using System.Globalization;
using System.Text.RegularExpressions;
using Plrs.MLNet.Schedules;
using Plrs.MLNet.Training;
using Plrs.MLNet.Weights;
using Options = Plrs.MLNet.ImageClassification.TorchImageClassificationTrainer.Options;

namespace Plrs.MLNet.ImageClassification.Records;

/// <summary>The words of a record's options: which of them are not those of a default, and what earlier versions wrote.</summary>
internal static partial class OptionWords
{
    private const string FineTuningName = nameof(Options.FineTuning);

    /// <summary>The options that are not what they come to when they are left open, the others being as they are.</summary>
    public static IReadOnlyDictionary<string, string> Given(TrainingRecord record)
    {
        var defaults = Defaults(record);
        return record.Options.Where(option => defaults.GetValueOrDefault(option.Key) != option.Value).ToDictionary();
    }

    /// <summary>
    /// Options in the words of this version. Earlier ones wrote the settings of a fine-tuning one by one, and a type's name for the factors of its rates.
    /// </summary>
    public static IReadOnlyDictionary<string, string> OfThisVersion(IReadOnlyDictionary<string, string> options)
    {
        if (options.GetValueOrDefault(FineTuningName) is not { } words || EarlierFineTuning().Match(words) is not { Success: true } match)
        {
            return options;
        }

        var name = IsTrue("head")
            ? FineTuning.HeadOnly
            : FineTuning.Full with { HeadEpochs = Number("headEpochs"), EpochsPerGroup = Number("epochsPerGroup") };
        var today = (name with { KeepsNormStatistics = IsTrue("norms") }).ToString();
        var hasFactors = !match.Groups["factors"].Value.Contains("ReadOnlyDictionary", StringComparison.Ordinal);
        return new Dictionary<string, string>(options) { [FineTuningName] = hasFactors ? $"{today}, with rate factors" : today };

        bool IsTrue(string group) => match.Groups[group].Value == "True";
        int Number(string group) =>
            int.TryParse(match.Groups[group].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
    }

    private static Dictionary<string, string> Defaults(TrainingRecord record)
    {
        // What other options' defaults follow from is as it was.
        var network = Networks.Network.Known.Values.FirstOrDefault(network => network.ToString() == record.Network);
        var isFromScratch = record.Options.GetValueOrDefault(nameof(Options.StartFrom)) == RunSettings.InWords(PretrainedWeights.None);
        var fineTuning = record.Options.GetValueOrDefault(FineTuningName) ?? "";
        var isHeadOnly = fineTuning.StartsWith(nameof(FineTuning.HeadOnly), StringComparison.Ordinal);
        var options = new Options { Arch = network, StartFrom = isFromScratch ? PretrainedWeights.None : PretrainedWeights.ImageNet };
        ILearningRateSchedule schedule = new ConstantSchedule(options.LearningRate);
        var words = new Dictionary<string, string>(RunSettings.InWords(options, Recipe.Of(options), schedule));
        options.FineTuning = isHeadOnly ? FineTuning.HeadOnly : null;
        words[nameof(Options.Epoch)] = RunSettings.InWords(Recipe.Of(options).Epochs);

        // The network and the weights, which were not left open there. Without either, the network is this.
        words[nameof(Options.Arch)] = RunSettings.InWords(Recipe.Of(new Options()).Network);
        words[nameof(Options.StartFrom)] = RunSettings.InWords(Recipe.Of(new Options { Arch = network }).StartFrom);
        if (record.Schedule.MinimumLearningRate is not null)
        {
            words[nameof(Options.WeightAveraging)] = RunSettings.InWords(WeightAveraging.Exponential());
        }

        return words;
    }

    [GeneratedRegex(
        @"^FineTuning \{ IsHeadOnly = (?<head>\w+), HeadEpochs = (?<headEpochs>\d+), EpochsPerGroup = (?<epochsPerGroup>\d+), "
        + @"RateFactors = (?<factors>.*), KeepsNormStatistics = (?<norms>\w+) \}$",
        RegexOptions.CultureInvariant)]
    private static partial Regex EarlierFineTuning();
}
