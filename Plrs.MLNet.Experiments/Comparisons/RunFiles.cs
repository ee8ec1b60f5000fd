using System.Text.Json;
using System.Text.Json.Serialization;
using Plrs.MLNet.Experiments.Folders;

namespace Plrs.MLNet.Experiments.Comparisons;

/// <summary>
/// An experiment's folder: its settings, a file for each finished run, and the checkpoints of those that are not finished. Processes may
/// share it: each writes files of its own, whole ones.
/// </summary>
internal sealed class RunFiles(string folder)
{
    private const string Report = "report.html";

    // The loss of a run that diverges may be infinite.
    private static readonly JsonSerializerOptions Json = new()
    {
        Converters = { new JsonStringEnumConverter() },
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };
    private static readonly JsonSerializerOptions JsonToRead = new(Json) { WriteIndented = true };

    public string Folder => folder;

    private string Settings => Path.Combine(folder, "experiment.json");

    /// <summary>The folder of what a run that goes on keeps.</summary>
    public string Work(RunKey run) => Path.Combine(folder, "work", run.Name);

    /// <summary>The file of a finished run.</summary>
    public string Finished(RunKey run) => Path.Combine(folder, "runs", run.Name + ".json");

    public bool IsFinished(RunKey run) => File.Exists(Finished(run));

    /// <summary>Adds the runs of some settings to the experiment.</summary>
    /// <exception cref="ExperimentException">It is another experiment, or a report without one.</exception>
    public void Add(ExperimentSettings settings)
    {
        var report = Path.Combine(folder, Report);
        if (!File.Exists(Settings) && File.Exists(report))
        {
            throw new ExperimentException(
                $"--output is '{folder}', where '{report}' is there already, and is not replaced without --force.");
        }

        var all = File.Exists(Settings) ? settings.And(ReadSettings(), folder) : settings;
        Directory.CreateDirectory(folder);
        Write(Settings, all, JsonToRead);
    }

    /// <summary>
    /// Removes an experiment, so that another can begin: its settings, runs and checkpoints. Its report is replaced by the next.
    /// </summary>
    public void Clear()
    {
        // Folders of such names are an experiment's only beside its settings.
        string[] parts = File.Exists(Settings) ? [Path.Combine(folder, "runs"), Path.Combine(folder, "work")] : [];
        foreach (var part in parts.Where(Directory.Exists))
        {
            Directory.Delete(part, recursive: true);
        }

        File.Delete(Settings);
        File.Delete(Path.Combine(folder, Report));
    }

    /// <summary>Reads the experiment's settings.</summary>
    /// <exception cref="ExperimentException">There are none.</exception>
    public ExperimentSettings ReadSettings() => Read<ExperimentSettings>(Settings)
        ?? throw new ExperimentException($"There is no file '{Settings}' that can be read: the folder has no experiment.");

    /// <summary>What there is of a run that was interrupted; <see langword="null"/> without any.</summary>
    public RunRecord? ReadBegun(RunKey run) => Read<RunRecord>(Begun(run));

    public void WriteBegun(RunRecord record)
    {
        Directory.CreateDirectory(Work(record.Key));
        Write(Begun(record.Key), record, Json);
    }

    /// <summary>Keeps the record of a run that has ended, and lets go of its checkpoints.</summary>
    public void Finish(RunRecord record)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Finished(record.Key))!);
        Write(Finished(record.Key), record, Json);
        RemoveWork(record.Key);
    }

    public void RemoveWork(RunKey run)
    {
        if (Directory.Exists(Work(run)))
        {
            Directory.Delete(Work(run), recursive: true);
        }
    }

    /// <summary>Reads a finished run; <see langword="null"/> where it is not finished.</summary>
    /// <exception cref="ExperimentException">Its file is damaged.</exception>
    public RunRecord? ReadFinished(RunKey run) => !IsFinished(run) ? null : Read<RunRecord>(Finished(run))
        ?? throw new ExperimentException($"The file '{Finished(run)}' is damaged. Remove it, and the run is done again.");

    private string Begun(RunKey run) => Path.Combine(Work(run), "run.json");

    private static T? Read<T>(string path)
        where T : class
    {
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize<T>(File.ReadAllBytes(path), Json) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static void Write<T>(string path, T content, JsonSerializerOptions options) =>
        ResultFile.Write(path, JsonSerializer.SerializeToUtf8Bytes(content, options));
}
