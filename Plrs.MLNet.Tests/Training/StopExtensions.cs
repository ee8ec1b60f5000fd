using Plrs.MLNet.Training;

namespace Plrs.MLNet.Tests.Training;

internal static class StopExtensions
{
    public static void Stop(this TrainingSession session, string text) => session.Stop(new StopCause(StopReason.StopToken, text));
}
