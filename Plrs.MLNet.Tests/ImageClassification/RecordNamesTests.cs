using System.Text.Json;
using Plrs.MLNet.ImageClassification;
using Plrs.MLNet.Records;

namespace Plrs.MLNet.Tests.ImageClassification;

/// <summary>The names in a record's JSON: a later version adds to them, and changes none.</summary>
[TestClass]
public sealed class RecordNamesTests
{
    [TestMethod]
    public void TheNamesAreThoseOfOne()
    {
        var record = new TrainingRecord
        {
            StopReason = StopReason.EarlyStopping,
            Schedule = new ScheduleRecord { RangeTest = new RangeTestRecord { Sweeps = [new SweepRecord()] } },
            Images = new ImagesRecord { Classes = [new ClassRecord()] },
            Epochs = [new EpochRecord()],
            EarlierParts = [new EarlierPart { RangeTest = new RangeTestRecord() }],
            Signals = [new SignalRecord()],
        };
        using var json = JsonDocument.Parse(record.ToJson());

        Assert.AreEqual(string.Join(' ', Expected), string.Join(' ', Names("", json.RootElement).Order(StringComparer.Ordinal)));
        Assert.AreEqual("EarlyStopping", json.RootElement.GetProperty("stopReason").GetString());
    }

    [TestMethod]
    public void WhatALaterVersionAddsIsPassedOver()
    {
        var record = RecordJson.Read(
            """
            {"format":1,"seed":4,"addedLater":{"a":[1]},"stopReason":"OutOfCoffee",
             "schedule":{"addedLater":2,"description":"constant 0.1"}}
            """u8);

        Assert.AreEqual((4, "constant 0.1"), (record.Seed, record.Schedule.Description));
    }

    private static readonly string[] Expected =
    [
        "duration", "earlierParts.rangeTest.confidence", "earlierParts.rangeTest.proposal", "earlierParts.rangeTest.spread",
        "earlierParts.rangeTest.sweeps", "earlierParts.rangeTest.turningLearningRate", "earlierParts.schedule", "earlierParts.steps",
        "earlierParts.weightAveraging",
        "epochs.accuracy", "epochs.crossEntropy", "epochs.epoch", "epochs.largestGradientNorm", "epochs.learningRate",
        "epochs.meanGradientNorm", "epochs.smoothness", "epochs.validationAccuracy", "epochs.validationCrossEntropy", "format",
        "images.classCount", "images.classes.name", "images.classes.training", "images.classes.validation", "images.resampling",
        "images.skipped", "images.training", "images.validation", "network", "schedule.description", "schedule.learningRateInterval",
        "schedule.learningRates", "schedule.maximumLearningRate", "schedule.minimumLearningRate", "schedule.rangeTest.confidence",
        "schedule.rangeTest.proposal", "schedule.rangeTest.spread", "schedule.rangeTest.sweeps.learningRates",
        "schedule.rangeTest.sweeps.maximumLearningRate", "schedule.rangeTest.sweeps.seed", "schedule.rangeTest.sweeps.smoothedLosses",
        "schedule.rangeTest.sweeps.steps", "schedule.rangeTest.turningLearningRate", "schedule.stepsPerEpoch", "seed", "signals.epoch",
        "signals.kind", "signals.learningRate", "signals.limit", "signals.step", "signals.value", "startFrom", "startedAt",
        "stopReason", "stopText",
    ];

    private static IEnumerable<string> Names(string before, JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject()
            .SelectMany(property => Names($"{before}{(before.Length > 0 ? "." : "")}{property.Name}", property.Value)),
        JsonValueKind.Array when element.GetArrayLength() > 0 => Names(before, element[0]),
        _ => [before],
    };
}
