using System.Globalization;

namespace Plrs.MLNet.Tests.Support;

/// <summary>In how many ways files are damaged, and in which: see CONTRIBUTING.md.</summary>
internal static class FuzzSettings
{
    public static int Mutations { get; } = Setting("PLRS_FUZZ_MUTATIONS", 1_000);

    public static int Seed { get; } = Setting("PLRS_FUZZ_SEED", 1);

    public static int First { get; } = Setting("PLRS_FUZZ_FIRST", 0);

    private static int Setting(string variable, int standard) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value ? int.Parse(value, CultureInfo.InvariantCulture) : standard;
}
