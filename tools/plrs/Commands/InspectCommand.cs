using System.CommandLine;
using System.Globalization;
using Microsoft.ML;
using Plrs.MLNet;
using Plrs.MLNet.Experiments.CommandLines;
using Plrs.MLNet.Experiments.Reports;
using Plrs.MLNet.Records;
using PlrsTool.Models;
using Spectre.Console;

namespace PlrsTool.Commands;

/// <summary><c>plrs inspect</c>: what a model is, and what made it.</summary>
internal static class InspectCommand
{
    private const int EpochsShown = 10;

    public static Command Create()
    {
        var model = Inputs.Model();
        var command = new Command("inspect", "Tell what a model is, and what made it: options, seed, bounds, figures, versions.") { model };
        return command.Answers(result => Run(result.GetRequiredValue(model)));
    }

    private static Answer Run(string path)
    {
        using var model = TrainedModel.Open(LibraryWords.Tell(new MLContext(seed: 1)), path);
        var network = model.Classifier.Model.Network;
        var parameters = network.CountParameters(model.Classes.Length);
        var bytes = new FileInfo(path).Length;
        var record = model.FromImages.GetTrainingRecord();

        var facts = Facts(path);
        Add(facts, "network", TrainingOptions.NameOf(network));
        Add(facts, "classes", $"{model.Classes.Length}: {string.Join(", ", model.Classes)}");
        Add(facts, "parameters", parameters.ToString("N0", CultureInfo.InvariantCulture));
        Add(facts, "file", string.Create(CultureInfo.InvariantCulture, $"{bytes:N0} bytes"));
        Add(facts, "column of images", model.ImageColumn);
        AnsiConsole.Write(facts);
        if (record is null)
        {
            AnsiConsole.MarkupLine("The model has no training record: it is of an older version, or the record cannot be read.");
        }
        else
        {
            Show(record);
        }

        return new(
            new
            {
                network = TrainingOptions.NameOf(network),
                definition = $"{network}",
                classes = model.Classes,
                parameters,
                bytes,
                imageColumn = model.ImageColumn,
                givenOptions = record?.GivenOptions(),
                record,
            },
            Next: Next.AfterInspection(path));
    }

    private static void Show(TrainingRecord record)
    {
        var facts = Facts("How it was trained");
        Add(facts, "started", record.StartedAt.ToString("u", CultureInfo.InvariantCulture));
        Add(facts, "took", string.Create(CultureInfo.InvariantCulture, $"{record.Duration.TotalSeconds:F1} s"));
        Add(facts, "from", record.StartFrom);
        Add(facts, "seed", record.Seed);
        Add(facts, "schedule", record.Schedule.Description);
        if (record.Schedule is { MinimumLearningRate: { } minimum, MaximumLearningRate: { } maximum })
        {
            Add(
                facts,
                "bounds",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"L_min {minimum:G3}, L_max {maximum:G3}, " +
                    $"{(record.Schedule.RangeTest is { } test ? $"from a range test: {test.Proposal}" : "given")}"));
        }

        Add(
            facts,
            "images",
            $"{record.Images.Training} trained on, {record.Images.Validation} validated on, {record.Images.Skipped} skipped");
        Add(facts, "stop reason", record.StopText);
        Add(facts, "signals", record.Signals.Count == 0
            ? "none"
            : string.Join(", ", record.Signals.CountBy(signal => signal.Kind).Select(kind => $"{kind.Value} {kind.Key}")));
        AnsiConsole.Write(facts);

        ShowOptions(record);
        ShowEpochs(record.Epochs);
        Show("versions", record.Versions);
        Show("machine", record.Machine);
    }

    /// <summary>
    /// First what was given, then the defaults. That there is a callback or a folder tells nothing here; the JSON has it.
    /// </summary>
    private static void ShowOptions(TrainingRecord record)
    {
        var given = record.GivenOptions();
        Show("Options that were given", given.Where(option => option.Value != "given").Select(Named));
        var others = record.Options.Where(option => !given.ContainsKey(option.Key) && option.Value != "none");
        Show("Options left at their defaults", others.Select(Named), isDimmed: true);

        static KeyValuePair<string, string> Named(KeyValuePair<string, string> option) =>
            option.Key != nameof(TorchImageClassificationTrainer.Options.Arch) ? option
            : new(option.Key, Network.Known.FirstOrDefault(known => known.Value.ToString() == option.Value).Key ?? option.Value);
    }

    private static void ShowEpochs(IReadOnlyList<EpochRecord> epochs)
    {
        var last = epochs.TakeLast(EpochsShown).ToArray();
        var table = new Table().Border(TableBorder.Rounded).Title(
            last.Length < epochs.Count ? $"The last {last.Length} of {epochs.Count} epochs" : "Epochs");
        foreach (var name in (string[])["epoch", "train loss", "accuracy", "validation loss", "accuracy", "last rate"])
        {
            table.AddColumn(new TableColumn(name).RightAligned());
        }

        foreach (var epoch in last)
        {
            table.AddRow(
                Text(epoch.Epoch + 1, "D"), Text(epoch.CrossEntropy, "F4"), Text(epoch.Accuracy, "P1"),
                Text(epoch.ValidationCrossEntropy, "F4"), Text(epoch.ValidationAccuracy, "P1"), Text(epoch.LearningRate, "F5"));
        }

        AnsiConsole.Write(table);
    }

    private static void Show(string title, IEnumerable<KeyValuePair<string, string>> entries, bool isDimmed = false)
    {
        var facts = Facts(title);
        foreach (var (name, value) in entries)
        {
            facts.AddRow(Cell(name), Cell(value));
        }

        AnsiConsole.Write(facts);

        Text Cell(string text) => new(text, isDimmed ? new Style(decoration: Decoration.Dim) : Style.Plain);
    }

    private static Table Facts(string title) =>
        new Table().Border(TableBorder.Rounded).HideHeaders().Title(Markup.Escape(title)).AddColumn("").AddColumn("");

    private static void Add(Table facts, string name, object value) =>
        facts.AddRow(Markup.Escape(name), Markup.Escape(Convert.ToString(value, CultureInfo.InvariantCulture) ?? ""));

    private static string Text(IFormattable? value, string format) => value?.ToString(format, CultureInfo.InvariantCulture) ?? "";
}
