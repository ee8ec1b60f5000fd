using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Plrs.MLNet.Common;
using Plrs.MLNet.Torch;
using static TorchSharp.torch;

namespace Plrs.MLNet.Checkpoints;

/// <summary>
/// What tells one run from another, as names and values. A checkpoint is of this run when all settings are equal. Settings that are as
/// usual are not kept: a version with more of them finds the runs of earlier ones. The machine's properties, and the library's version, may
/// differ, but then the results need no longer be equal to the last bit.
/// </summary>
internal sealed class RunFingerprint
{
    /// <summary>The name of the schedule among the settings.</summary>
    public const string Schedule = "schedule";

    /// <summary>
    /// The name of the averaging of the weights among them. Unless the user says otherwise, it follows from the schedule.
    /// </summary>
    public const string WeightAveraging = "weightAveraging";

    /// <summary>The name of the schedule that trains the head first, if it is another.</summary>
    public const string HeadSchedule = "headSchedule";

    private const string NotKnown = "not known";
    private const string Library = "Plrs.MLNet";

    private static readonly Dictionary<string, string> NoneUsual = [];

    // Version 1.0.0 did not name itself.
    private static readonly Dictionary<string, string> UsualMachine = new() { [Library] = "1.0.0" };

    private readonly SortedDictionary<string, string> _settings;
    private readonly SortedDictionary<string, string> _machine;
    private readonly IReadOnlyDictionary<string, string> _usual;

    private RunFingerprint(
        SortedDictionary<string, string> settings, SortedDictionary<string, string> machine, IReadOnlyDictionary<string, string> usual)
    {
        _settings = settings;
        _machine = machine;
        _usual = usual;
        var lines = string.Join('\n', settings.Select(setting => $"{setting.Key}={setting.Value}"));
        Id = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(lines)).AsSpan(0, 4));
    }

    /// <summary>A short name of the run, for its folder.</summary>
    public string Id { get; }

    /// <summary>The run with some settings on this machine.</summary>
    /// <param name="settings">All that the trained weights depend on, data and seed included.</param>
    /// <param name="device">Where it is trained.</param>
    public static RunFingerprint Of(IReadOnlyCollection<RunSetting> settings, Device device) => new(
        Sorted(
            settings.Where(setting => setting.Value != setting.Usual).Select(setting => KeyValuePair.Create(setting.Name, setting.Value))),
        new(Machine(device), StringComparer.Ordinal) { [Library] = AssemblyVersion.Of(typeof(RunFingerprint)) },
        settings.ToDictionary(setting => setting.Name, setting => setting.Usual));

    /// <summary>The properties of this machine.</summary>
    /// <param name="device">Where it trains.</param>
    public static SortedDictionary<string, string> Machine(Device device) => new(StringComparer.Ordinal)
    {
        ["Device"] = DeviceChoice.Describe(device, Gpu.Find),
        ["Threads"] = get_num_threads().ToString(CultureInfo.InvariantCulture),
        ["libtorch"] = __version__,
        ["Processor"] = Processor.Here.ToString(),
    };

    public static RunFingerprint Read(BinaryReader reader) => new(ReadValues(reader), ReadValues(reader), NoneUsual);

    public void Write(BinaryWriter writer)
    {
        WriteValues(writer, _settings);
        WriteValues(writer, _machine);
    }

    /// <summary>The settings that another run, the earlier one, had different, by name and in words.</summary>
    public IEnumerable<(string Name, string Words)> SettingsChangedSince(RunFingerprint earlier) =>
        Differences(earlier._settings, _settings, _usual);

    /// <summary>
    /// The properties of the machine, and the version of the library, that were different for another run, the earlier one, in words.
    /// </summary>
    public IEnumerable<string> MachineChangedSince(RunFingerprint earlier) =>
        Differences(earlier._machine, _machine, UsualMachine).Select(difference => difference.Words);

    private static IEnumerable<(string Name, string Words)> Differences(
        SortedDictionary<string, string> earlier, SortedDictionary<string, string> now, IReadOnlyDictionary<string, string> usual) =>
        from name in earlier.Keys.Union(now.Keys)
        let otherwise = usual.GetValueOrDefault(name, NotKnown)
        let was = earlier.GetValueOrDefault(name, otherwise)
        let value = now.GetValueOrDefault(name, otherwise)
        where was != value
        select (name, $"{name} was {was}, is {value}");

    private static SortedDictionary<string, string> Sorted(IEnumerable<KeyValuePair<string, string>> values) =>
        new(values.ToDictionary(), StringComparer.Ordinal);

    private static void WriteValues(BinaryWriter writer, SortedDictionary<string, string> values)
    {
        writer.Write(values.Count);
        foreach (var (name, value) in values)
        {
            writer.Write(name);
            writer.Write(value);
        }
    }

    private static SortedDictionary<string, string> ReadValues(BinaryReader reader)
    {
        var values = new SortedDictionary<string, string>(StringComparer.Ordinal);
        for (var count = reader.ReadInt32(); count > 0; count--)
        {
            values[reader.ReadString()] = reader.ReadString();
        }

        return values;
    }
}
