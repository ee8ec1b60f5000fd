using Plrs.MLNet.Tests.Support;

namespace Plrs.MLNet.Tests.Compatibility;

[TestClass]
public sealed class MakeFilesTests
{
    /// <summary>
    /// Makes the files of a version before the next one begins: PLRS_MAKE_FILES_OF names it. Otherwise they are made in a folder that is
    /// removed.
    /// </summary>
    [TestMethod]
    public void ThisVersionMakesItsFiles()
    {
        using var temporary = new TemporaryFolder();
        var folder = Environment.GetEnvironmentVariable("PLRS_MAKE_FILES_OF") is { Length: > 0 } version
            ? EarlierRun.Folder(version)
            : temporary.Path;

        EarlierRun.Make(folder);

        foreach (var kind in EarlierRun.Kinds.Keys)
        {
            Assert.HasCount(18 * 3, EarlierRun.Scores(folder, kind).Values);
            Assert.IsTrue(File.Exists(EarlierRun.CheckpointFile(folder, kind)), kind);
        }
    }
}
