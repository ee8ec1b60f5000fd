namespace Plrs.MLNet;

/// <summary>How far the sweeps of a range test agree.</summary>
public enum RangeTestConfidence
{
    /// <summary>There is no usable range: half the sweeps or more show none.</summary>
    None,

    /// <summary>Some sweeps show no range, or their maxima differ by more than a factor of 4.</summary>
    Low,

    /// <summary>All sweeps show a range, and their maxima differ by a factor of 4 at most; or there is one sweep alone.</summary>
    Medium,

    /// <summary>Two sweeps or more all show a range, and their maxima differ by a factor of 2 at most.</summary>
    High,
}
