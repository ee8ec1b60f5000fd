using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace Plrs.MLNet.Tests.Support;

/// <summary>Messages of ML.NET's log.</summary>
internal static class LogMessages
{
    /// <summary>Whether one is a warning, and none of instability: small networks on a few drawn images have large curvatures.</summary>
    public static bool IsWarning(this LoggingEventArgs message) =>
        message.Kind == ChannelMessageKind.Warning && !message.Source.Contains("Instability", StringComparison.Ordinal);
}
