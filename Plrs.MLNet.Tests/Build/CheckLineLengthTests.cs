using Microsoft.Build.Utilities;
using Plrs.MLNet.Build;
using Plrs.MLNet.Tests.Support;

namespace Plrs.MLNet.Tests.Build;

[TestClass]
public sealed class CheckLineLengthTests
{
    [TestMethod]
    public void ALineOf141CharactersIsAnErrorAtItsPlace()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllLines(folder.File("Long.cs"), ["", new string('x', 140), new string('x', 141)]);

        var (passes, log) = Check(folder.File("Long.cs"));

        Assert.IsFalse(passes);
        Assert.AreEqual("The line has 141 characters; 140 are allowed.", log.Errors.Single());
        Assert.AreEqual((folder.File("Long.cs"), 3), log.Places.Single());
    }

    [TestMethod]
    public void CharactersCountAndNotBytes()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("Just.cs"), new string('β', 140) + "\r\n");

        var (passes, log) = Check(folder.File("Just.cs"));

        Assert.IsTrue(passes);
        Assert.IsEmpty(log.Errors);
    }

    private static (bool Passes, TaskLog Log) Check(string path)
    {
        var log = new TaskLog();
        return (new CheckLineLength { BuildEngine = log, Sources = [new TaskItem(path)] }.Execute(), log);
    }
}
