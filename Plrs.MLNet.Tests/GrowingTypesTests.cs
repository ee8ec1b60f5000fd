using System.Reflection;
using System.Runtime.CompilerServices;
using Plrs.MLNet.Networks;
using Plrs.MLNet.Schedules;
using Plrs.MLNet.Tests.Support;

namespace Plrs.MLNet.Tests;

/// <summary>
/// A figure or a setting more must not break the programs that use the type: it is made by properties with names, not by places in a row.
/// </summary>
[TestClass]
[DoNotParallelize]
public sealed class GrowingTypesTests
{
    [TestMethod]
    [DataRow(typeof(StepMetrics))]
    [DataRow(typeof(ImageClassificationMetrics))]
    [DataRow(typeof(SkippedImage))]
    [DataRow(typeof(EarlyStopping))]
    [DataRow(typeof(PlrsOptions))]
    [DataRow(typeof(StageProgress))]
    [DataRow(typeof(HeadTrained))]
    [DataRow(typeof(TrainingCheckpoint))]
    public void ATypeThatWillGrowIsMadeByItsProperties(Type type)
    {
        Assert.IsTrue(
            type.GetConstructors().All(constructor => constructor.GetParameters().Length == 0), "A public constructor has parameters.");
        Assert.IsTrue(Array.TrueForAll(type.GetProperties(), IsInitOnly), "A property cannot be set, or can be changed later.");
    }

    [TestMethod]
    public void NoOtherTypeIsAPositionalRecord()
    {
        var positional = typeof(TrainingStep).Assembly.GetExportedTypes().Where(type => type.GetMethod("Deconstruct") is not null);

        CollectionAssert.AreEqual(new[] { typeof(LayerShape) }, positional.ToArray(), "A shape is its sizes, and will stay so.");
    }

    [TestMethod]
    public void AStepsFiguresCostNoMemory()
    {
        Assert.AreEqual(0L, Allocations.Of(() => Sum()));
    }

    private static double Sum()
    {
        var sum = 0.0;
        for (var i = 0; i < 1000; i++)
        {
            var metrics = new StepMetrics
            {
                Step = new TrainingStep(i, 10),
                LearningRate = 0.1,
                BatchSize = 2,
                CrossEntropy = 0.5f,
                Accuracy = 0.5f,
                ImagesPerSecond = 100,
            };
            sum += metrics.LearningRate + metrics.Step.Epoch;
        }

        return sum;
    }

    private static bool IsInitOnly(PropertyInfo property) =>
        property.SetMethod?.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) == true;
}
