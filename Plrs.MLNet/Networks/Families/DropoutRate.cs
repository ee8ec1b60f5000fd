using Plrs.MLNet.Schedules;

namespace Plrs.MLNet.Networks;

/// <summary>The check of the families' dropout arguments.</summary>
internal static class DropoutRate
{
    public static double Checked(double dropout) => dropout is >= 0 and < 1
        ? dropout
        : throw ArgumentChecks.Refused(nameof(dropout), dropout, "at least 0 and less than 1");
}
