using System.Runtime.CompilerServices;

namespace Flowers.Tests.Support;

/// <summary>
/// How long a test waits for what must come. The machine may have other work: no test is to fail because of it, and none is to wait for
/// ever.
/// </summary>
internal static class Patience
{
    public static readonly TimeSpan Time = TimeSpan.FromMinutes(3);

    /// <summary>Waits until something is so; the test fails when that does not come.</summary>
    public static Task UntilAsync(Func<bool> isSo, [CallerArgumentExpression(nameof(isSo))] string what = "") =>
        UntilAsync(() => Task.FromResult(isSo()), what);

    /// <summary>Waits until something is so; the test fails when that does not come.</summary>
    public static async Task UntilAsync(Func<Task<bool>> isSo, [CallerArgumentExpression(nameof(isSo))] string what = "")
    {
        for (var end = DateTime.UtcNow + Time; !await isSo(); await Task.Delay(5))
        {
            Assert.IsLessThan(end, DateTime.UtcNow, $"After {Time.TotalMinutes} minutes this is not so: {what}");
        }
    }

    /// <summary>Waits for a task; the test fails when it does not end.</summary>
    public static async Task ForAsync(Task task, [CallerArgumentExpression(nameof(task))] string what = "")
    {
        try
        {
            await task.WaitAsync(Time);
        }
        catch (TimeoutException) when (!task.IsCompleted)
        {
            Assert.Fail($"After {Time.TotalMinutes} minutes this has not ended: {what}");
        }
    }
}
