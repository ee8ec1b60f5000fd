using System.Xml.Linq;
using Microsoft.ML;
using Microsoft.ML.Trainers;

namespace Plrs.MLNet.Tests.ImageClassification;

/// <summary>The table in a trainer's remarks, which all of ML.NET's trainers have.</summary>
[TestClass]
public sealed class TrainerCharacteristicsTests
{
    [TestMethod]
    public void TheTrainersDocumentationHasTheTableOfMLNets()
    {
        var info = new MLContext().MulticlassClassification.Trainers.TorchImageClassification().Info;

        CollectionAssert.AreEqual(
            new[]
            {
                ("Machine learning task", "Multiclass classification"),
                ("Is normalization required?", info.NeedNormalization ? "Yes" : "No"),
                ("Is caching required?", info.WantCaching ? "Yes" : "No"),
                (
                    "Required NuGet in addition to Microsoft.ML",
                    "Plrs.MLNet.Cpu; or Plrs.MLNet, Microsoft.ML.OnnxRuntime and TorchSharp-cpu, " +
                    "TorchSharp-cuda-linux or TorchSharp-cuda-windows"),
                ("Exportable to ONNX", "Yes, by SaveOnnx; not by ConvertToOnnx"),
            },
            Characteristics(typeof(TorchImageClassificationTrainer)));
    }

    [TestMethod]
    public void EveryTrainerHasOne()
    {
        var trainers = typeof(TorchImageClassificationTrainer).Assembly.GetExportedTypes()
            .Where(type =>
                type.BaseType is { IsGenericType: true } parent && parent.GetGenericTypeDefinition() == typeof(TrainerEstimatorBase<,>))
            .ToList();

        Assert.IsNotEmpty(trainers);
        foreach (var trainer in trainers)
        {
            Assert.HasCount(5, Characteristics(trainer), trainer.Name);
        }
    }

    private static (string, string)[] Characteristics(Type trainer)
    {
        var documentation = XElement.Load(Path.ChangeExtension(trainer.Assembly.Location, ".xml"));
        var type = documentation.Descendants("member").Single(member => member.Attribute("name")!.Value == $"T:{trainer.FullName}");
        var table = type.Element("remarks")!.Elements("list")
            .Where(list => list.Element("listheader")?.Element("term")?.Value == "Trainer characteristic");
        return [.. table.Elements("item").Select(item => (Text(item.Element("term")!), Text(item.Element("description")!)))];
    }

    private static string Text(XElement element) =>
        string.Join(' ', element.Value.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
