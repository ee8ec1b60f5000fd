using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Plrs.MLNet.Torch;
using static TorchSharp.torch;

namespace Plrs.MLNet.Checkpoints;

/// <summary>
/// What tells one run from another, as names and values. A checkpoint is of this run when all settings are equal. The
/// machine's properties may differ, but then the results are no longer equal to the last bit.
/// </summary>
internal sealed class RunFingerprint
{
    /// <summary>The name of the schedule among the settings.</summary>
    public const string Schedule = "Schedule";

    /// <summary>The name of the averaging of the weights among them. Unless the user says otherwise, it follows from the schedule.</summary>
    public const string WeightAveraging = "WeightAveraging";

    private readonly SortedDictionary<string, string> _settings;
    private readonly SortedDictionary<string, string> _machine;

    private RunFingerprint(SortedDictionary<string, string> settings, SortedDictionary<string, string> machine)
    {
        _settings = settings;
        _machine = machine;
        Id = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', settings))).AsSpan(0, 4));
    }

    /// <summary>A short name of the run, for its folder.</summary>
    public string Id { get; }

    /// <summary>The run with some settings on this machine.</summary>
    /// <param name="settings">All that the trained weights depend on, data and seed included. The texts must not depend on the culture.</param>
    /// <param name="device">Where it is trained.</param>
    public static RunFingerprint Of(IReadOnlyDictionary<string, string> settings, Device device) => new(
        new SortedDictionary<string, string>(settings.ToDictionary(), StringComparer.Ordinal),
        Machine(device));

    /// <summary>The properties of this machine.</summary>
    /// <param name="device">Where it trains.</param>
    public static SortedDictionary<string, string> Machine(Device device) => new(StringComparer.Ordinal)
    {
        ["Device"] = DeviceChoice.Describe(device, Gpu.Find),
        ["Threads"] = get_num_threads().ToString(CultureInfo.InvariantCulture),
        ["libtorch"] = __version__,
        ["Processor"] = Processor.Here.ToString(),
    };

    public static RunFingerprint Read(BinaryReader reader) => new(ReadValues(reader), ReadValues(reader));

    public void Write(BinaryWriter writer)
    {
        WriteValues(writer, _settings);
        WriteValues(writer, _machine);
    }

    /// <summary>The settings that another run, the earlier one, had different, by name and in words.</summary>
    public IEnumerable<(string Name, string Words)> SettingsChangedSince(RunFingerprint earlier) => Differences(earlier._settings, _settings);

    /// <summary>The properties of the machine that were different for another run, the earlier one, in words.</summary>
    public IEnumerable<string> MachineChangedSince(RunFingerprint earlier) => Differences(earlier._machine, _machine).Select(difference => difference.Words);

    private static IEnumerable<(string Name, string Words)> Differences(SortedDictionary<string, string> earlier, SortedDictionary<string, string> now) =>
        from name in earlier.Keys.Union(now.Keys)
        let was = earlier.GetValueOrDefault(name, "not known")
        let value = now.GetValueOrDefault(name, "not known")
        where was != value
        select (name, $"{name} was {was}, is {value}");

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
