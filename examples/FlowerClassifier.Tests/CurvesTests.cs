using System.Globalization;
using System.Text.Json;
using Flowers.Tests.Support;
using Microsoft.Playwright;
using Plrs.MLNet.Records;
using Plrs.MLNet.Tests.Support;

namespace Flowers.Tests;

/// <summary>What the page draws of trainings that were stopped, or whose record has less in it than others.</summary>
[TestClass]
public sealed class CurvesTests
{
    private readonly List<string> _errors = [];

    [TestMethod]
    public async Task ATrainingThatWasStoppedInItsFirstEpochHasRatesAlone()
    {
        var record = QuickModel.RecordOfStopped(steps: 3);
        Assert.AreEqual((0, 3), (record.Epochs.Count, record.Schedule.LearningRates.Count));

        await AssertShowsAsync(record, [Rates(record, "1 epoch")]);
    }

    [TestMethod]
    public async Task ATrainingThatWasStoppedInItsSecondEpochHasItsStepsOnTheAxis()
    {
        var record = QuickModel.RecordOfStopped(steps: 10);
        Assert.AreEqual((1, 10), (record.Epochs.Count, record.Schedule.LearningRates.Count));
        var epoch = record.Epochs[0];

        await AssertShowsAsync(
            record,
            [
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Loss: training from {epoch.CrossEntropy:G3} to {epoch.CrossEntropy:G3}, " +
                    $"validation from {epoch.ValidationCrossEntropy:G3} to {epoch.ValidationCrossEntropy:G3}, over 2 epochs"),
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Accuracy: validation from {100 * epoch.ValidationAccuracy:G3} % " +
                    $"to {100 * epoch.ValidationAccuracy:G3} %, over 2 epochs"),
                Rates(record, "2 epochs"),
            ]);
    }

    [TestMethod]
    public async Task WhatIsNoNumberIsLeftOut()
    {
        var record = new TrainingRecord
        {
            Epochs =
            [
                new EpochRecord { Epoch = 0, CrossEntropy = 2, Accuracy = 0.5, ValidationCrossEntropy = double.NaN },
                new EpochRecord
                {
                    Epoch = 1,
                    CrossEntropy = double.PositiveInfinity,
                    Accuracy = 0.25,
                    ValidationCrossEntropy = double.NegativeInfinity,
                },
                new EpochRecord { Epoch = 2, CrossEntropy = 1, Accuracy = double.NaN },
            ],
            Schedule = new ScheduleRecord
            {
                StepsPerEpoch = 1,
                LearningRateInterval = 1,
                LearningRates = [double.NaN, 0.2, double.PositiveInfinity],
            },
        };

        var model = await AssertShowsAsync(
            record, ["Loss: training from 2 to 1, over 3 epochs", "Learning rate, step by step: rate between 0.2 and 0.2, over 3 epochs"]);

        Assert.AreEqual(
            """{"epoch":2,"loss":null,"accuracy":0.25,"validationLoss":null,"validationAccuracy":null}""",
            model.GetProperty("training").GetProperty("epochs")[1].GetRawText());
        Assert.AreEqual("""[{"epoch":1,"rate":0.2}]""", model.GetProperty("training").GetProperty("learningRates").GetRawText());
    }

    [TestMethod]
    public async Task WithoutFiguresThereIsNoChart()
    {
        await AssertShowsAsync(new TrainingRecord(), []);
        await AssertShowsAsync(new TrainingRecord { Schedule = new ScheduleRecord { LearningRates = [0.1] } }, []);
        await AssertShowsAsync(null, []);
    }

    [TestMethod]
    public async Task WithoutRatesTheEpochsAreDrawn() => await AssertShowsAsync(
        new TrainingRecord { Epochs = [new EpochRecord { Epoch = 0, CrossEntropy = 0, Accuracy = 1 }] },
        ["Loss: training from 0 to 0, over 1 epoch"]);

    // Of a long training the record keeps the last 2,000 epochs.
    [TestMethod]
    public async Task EpochsAreDrawnWhereTheyWere() => await AssertShowsAsync(
        new TrainingRecord
        {
            Epochs =
            [
                new EpochRecord { Epoch = 3000, CrossEntropy = 1, Accuracy = 0.5 },
                new EpochRecord { Epoch = 3001, CrossEntropy = 0.5, Accuracy = 1 },
            ],
            Schedule = new ScheduleRecord
            {
                StepsPerEpoch = 10,
                LearningRateInterval = 151,
                LearningRates = [.. Enumerable.Repeat(0.1, 199)],
            },
        },
        ["Loss: training from 1 to 0.5, over 3002 epochs", "Learning rate, step by step: rate between 0.1 and 0.1, over 3002 epochs"]);

    [TestMethod]
    public async Task OnlyAccuraciesOfTheValidationAreShownAndAxesHaveRoundNumbers()
    {
        await using var browser = await Browser.StartAsync();
        using var folder = new TemporaryFolder();
        var model = folder.File("Garden photos.zip");
        QuickModel.SaveWith(model, new TrainingRecord
        {
            Images = new ImagesRecord { Validation = 16 },
            Epochs =
            [
                new EpochRecord
                {
                    Epoch = 0,
                    CrossEntropy = 1.61,
                    Accuracy = 0.3,
                    ValidationCrossEntropy = 1.2,
                    ValidationAccuracy = 0.9375,
                },
                new EpochRecord { Epoch = 6, CrossEntropy = 0.4, Accuracy = 1, ValidationCrossEntropy = 0.5, ValidationAccuracy = 0.875 },
            ],
            Schedule = new ScheduleRecord
            {
                StepsPerEpoch = 10,
                LearningRateInterval = 1,
                LearningRates = [0.0021, 0.0047, 0.0033],
                MinimumLearningRate = 0.002,
                MaximumLearningRate = 0.005,
            },
        });
        await using var server = await RunningServer.StartAsync(model: model);

        var page = await browser.OpenAsync(server.Address, _errors);

        await Assertions.Expect(page).ToHaveTitleAsync("Garden photos");
        await Assertions.Expect(page.Locator("#facts")).ToContainTextAsync(
            "93.8 % in the best epoch, 87.5 % in the last one, of 16 images that it was not trained on.");
        await Assertions.Expect(page.Locator("#curves svg")).ToHaveCountAsync(3);
        Assert.AreEqual("0 0.5 1 1.5 2 0 2 4 7 epochs", await TextsAsync("Loss"));
        Assert.AreEqual("0 % 50 % 100 % 0 2 4 7 epochs", await TextsAsync("Accuracy"));
        Assert.AreEqual("0 0.002 0.004 0.006 0 2 4 7 epochs L_min 0.002 L_max 0.005", await TextsAsync("Learning rate, step by step"));
        Assert.AreEqual("", string.Join("; ", _errors));

        async Task<string> TextsAsync(string title) =>
            string.Join(' ', await page.Locator($"#curves figure:has-text(\"{title}\") text").AllTextContentsAsync());
    }

    [TestMethod]
    [DataRow(10 << 20, 25_000_000L, "up to 10 MB and 25 megapixels each")]
    [DataRow(1_600_000, 1_290_000L, "up to 1.5 MB and 1.2 megapixels each")]
    [DataRow(500_000, 999_999L, "up to 488.2 KB and 999,999 pixels each")]
    [DataRow(1000, 16L, "up to 1,000 bytes and 16 pixels each")]
    public async Task TheLimitsAreSaidInUnitsOfTheirSize(int bytes, long pixels, string words)
    {
        await using var browser = await Browser.StartAsync();
        await using var server = await RunningServer.StartAsync([$"MaximumBytes={bytes}", $"MaximumPixels={pixels}"]);

        var page = await browser.OpenAsync(server.Address, _errors);

        await Assertions.Expect(page.Locator("#limits")).ToHaveTextAsync($"JPEG, PNG, WebP, GIF or BMP, {words}.");
        Assert.AreEqual("", string.Join("; ", _errors));
    }

    private static string Rates(TrainingRecord record, string length) => string.Create(
        CultureInfo.InvariantCulture,
        $"Learning rate, step by step: rate between {record.Schedule.LearningRates.Min():G3} " +
        $"and {record.Schedule.LearningRates.Max():G3}, L_min 0.005, L_max 0.01, over {length}");

    /// <summary>Shows a model with a record, and checks that there are these charts, in which every mark has its place.</summary>
    /// <returns>What the server says of the model.</returns>
    private async Task<JsonElement> AssertShowsAsync(TrainingRecord? record, string[] charts)
    {
        using var folder = new TemporaryFolder();
        var model = folder.File("model.zip");
        QuickModel.SaveWith(model, record);
        await using var browser = await Browser.StartAsync();
        await using var server = await RunningServer.StartAsync(model: model);

        var answer = JsonSerializer.Deserialize<JsonElement>(await server.Client.GetStringAsync("model"));
        var page = await browser.OpenAsync(server.Address, _errors);

        await Assertions.Expect(page.Locator("#facts")).ToContainTextAsync("disc, square, stripes");
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToBeEmptyAsync();
        await Assertions.Expect(page.Locator("#curves svg")).ToHaveCountAsync(charts.Length);
        CollectionAssert.AreEqual(
            charts, await page.Locator("#curves svg").EvaluateAllAsync<string[]>("charts => charts.map(chart => chart.ariaLabel)"));
        Assert.AreEqual("", string.Join("; ", await page.EvaluateAsync<string[]>(OutOfPlace)));
        Assert.AreEqual("", string.Join("; ", _errors));
        return answer;
    }

    /// <summary>The attributes that are no numbers, and the marks that do not lie between their chart's axes or cannot be seen.</summary>
    private const string OutOfPlace = """
        () => [...document.querySelectorAll('#curves svg *')].flatMap(mark => {
            const wrong = [...mark.attributes].filter(attribute => /NaN|Infinity|undefined/.test(attribute.value))
                .map(attribute => `${mark.tagName} ${attribute.name}=${attribute.value}`);
            const { x, y, width, height } = mark.getBBox();
            const isMark = mark.matches('circle, path');
            const inside = !isMark || (x >= 50 && y >= 8 && x + width <= 312 && y + height <= 152 && width + height > 0);
            return inside ? wrong : [...wrong, `${mark.tagName} at ${x}, ${y}, ${width} by ${height}`];
        })
        """;
}
