using System.Text;
using Microsoft.ML;

namespace Plrs.MLNet.Tests.ImageClassification.ModelFiles;

/// <summary>What later versions may add to a model file.</summary>
[TestClass]
public sealed class ModelPartsTests
{
    private static readonly ModelZip Intact = ModelZip.Create();

    private static readonly string Entry = Path.Combine(Intact.Folder, "Parts.json");

    [TestMethod]
    public void AFileNamesItsParts() =>
        Assert.AreEqual("""[{"name":"TrainingRecord.json","version":1,"isRequired":false}]""", Encoding.UTF8.GetString(Intact[Entry]));

    [TestMethod]
    [DataRow(
        """[{"name":"Calibration.json","version":3,"isRequired":false}]""",
        "The model has a part 'Calibration.json' of version 3, which this version of Plrs.MLNet does not use.")]
    [DataRow(
        """[{"name":"TrainingRecord.json","version":2,"isRequired":false}]""",
        "The model has a part 'TrainingRecord.json' of version 2, which this version of Plrs.MLNet does not use.")]
    [DataRow(
        """[{"name":"Calibration.json","version":1,"isRequired":false,"added":{"later":[1]}}]""",
        "The model has a part 'Calibration.json' of version 1, which this version of Plrs.MLNet does not use.")]
    public void APartThatIsNotKnownAndNotNeededIsPassedOver(string parts, string message)
    {
        var (error, log) = Load(Intact.ToBytes(Entry, Encoding.UTF8.GetBytes(parts)));

        Assert.IsNull(error);
        Assert.Contains(message, log);
    }

    [TestMethod]
    public void AFileFromBeforeThereWereListsLoads() => Assert.IsNull(Load(Intact.ToBytes(Entry, content: null)).Error);

    [TestMethod]
    [DataRow(
        """[{"name":"Preprocessing.json","version":2,"isRequired":true}]""",
        "The model needs its part 'Preprocessing.json' of version 2, " +
        "which this version of Plrs.MLNet does not have. Load it with a later one.")]
    [DataRow("""[{"version":2}]""", "The model is damaged: a part in its list has no name.")]
    [DataRow("null", "The model is damaged: a part in its list has no name.")]
    [DataRow("[{", "The model is damaged: its list of parts cannot be read.")]
    public void APartThatIsNeededAndADamagedListAreRefused(string parts, string message) =>
        Assert.AreEqual(message, Load(Intact.ToBytes(Entry, Encoding.UTF8.GetBytes(parts))).Error);

    [TestMethod]
    public void AListThatIsTooLongIsRefused() =>
        Assert.AreEqual("The model is damaged: its list of parts is too long.", Load(Intact.ToBytes(Entry, new byte[(1 << 16) + 1])).Error);

    private static (string? Error, List<string> Log) Load(byte[] zip)
    {
        var mlContext = new MLContext();
        var log = new List<string>();
        mlContext.Log += (_, e) => log.Add(e.RawMessage);
        return (ModelLoad.Pipeline(mlContext, zip).FormatError?.Message, log);
    }
}
