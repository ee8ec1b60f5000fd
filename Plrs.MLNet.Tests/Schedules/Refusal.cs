namespace Plrs.MLNet.Tests.Schedules;

internal static class Refusal
{
    /// <summary>Expects an argument of this name to be refused with this message.</summary>
    public static void Expect(string name, string message, Func<object?> create)
    {
        var error = Assert.Throws<ArgumentException>(create);

        Assert.AreEqual(name, error.ParamName);
        Assert.StartsWith(message, error.Message);
    }
}
