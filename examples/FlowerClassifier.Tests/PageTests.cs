using Flowers.Tests.Support;
using Flowers.WebApi;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Plrs.MLNet.Records;
using Plrs.MLNet.Tests.Support;
using SkiaSharp;

namespace Flowers.Tests;

/// <summary>The page, in a real browser.</summary>
[TestClass]
public sealed class PageTests
{
    // One browser for all tests, each of which has a context of its own in it.
    private static readonly Lazy<Task<Browser>> Started = new(Browser.StartAsync);

    private readonly List<string> _errors = [];

    [ClassCleanup]
    public static async Task CloseAsync()
    {
        if (Started is { IsValueCreated: true, Value.IsCompletedSuccessfully: true })
        {
            await Started.Value.Result.DisposeAsync();
        }
    }

    [TestMethod]
    public async Task ChosenImagesGetTheirClassAndBars()
    {
        var browser = await Started.Value;
        await using var server = await RunningServer.StartAsync();
        var page = await browser.OpenAsync(server.Address, _errors);

        await page.GetByLabel("Choose images").SetInputFilesAsync([.. TestImages.Classes.Select(Image)]);

        foreach (var kind in TestImages.Classes)
        {
            var card = Card(page, $"{kind}.png");
            await Assertions.Expect(card.GetByRole(AriaRole.Heading)).ToHaveTextAsync(kind);
            await Assertions.Expect(card.GetByRole(AriaRole.Listitem)).ToHaveCountAsync(3);
            await Assertions.Expect(card.GetByRole(AriaRole.Listitem).First).ToContainTextAsync(kind);
            var widths = await card.Locator(".fill").EvaluateAllAsync<double[]>("fills => fills.map(fill => fill.offsetWidth)");
            CollectionAssert.AreEqual(widths.OrderDescending().ToArray(), widths);
            Assert.IsGreaterThan(widths[2], widths[0]);
            await Assertions.Expect(card.Locator("img")).ToHaveJSPropertyAsync("complete", true);
            Assert.IsGreaterThan(0, await card.Locator("img").EvaluateAsync<int>("image => image.naturalWidth"));
        }

        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToHaveTextAsync(
            new System.Text.RegularExpressions.Regex(@"^(disc|square|stripes)\.png: \1, \d+ percent$"));
        AssertNoErrors();
    }

    [TestMethod]
    public async Task BeforeTheFirstImageThePageSaysWhatToDo()
    {
        var browser = await Started.Value;
        await using var server = await RunningServer.StartAsync(title: "Forms");
        var page = await browser.OpenAsync(server.Address, _errors);

        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Forms", Level = 1 })).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator("#empty")).ToHaveTextAsync(
            "No image yet. Give it one, and the answer appears here: disc, square or stripes.");
        await Assertions.Expect(page.Locator("#facts")).ToContainTextAsync("Any JPEG, PNG, WebP, GIF or BMP; it is resized to 16 × 16.");
        await page.GetByLabel("Choose images").SetInputFilesAsync(Image("disc"));

        await Assertions.Expect(Card(page, "disc.png")).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator("#empty")).ToBeHiddenAsync();
        AssertNoErrors();
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public async Task OnlyWhoHasAPointerIsToldToDropAndPaste(bool isPhone)
    {
        var browser = await Started.Value;
        await using var server = await RunningServer.StartAsync();
        var page = await browser.OpenAsync(
            server.Address, _errors, new() { ViewportSize = new() { Width = 390, Height = 800 }, HasTouch = isPhone, IsMobile = isPhone });

        await Assertions.Expect(page.GetByText("Drop images here, paste them, or")).ToBeVisibleAsync(new() { Visible = !isPhone });
        await Assertions.Expect(page.GetByText("Choose images")).ToBeVisibleAsync();
    }

    [TestMethod]
    public async Task ImagesAreDroppedAndPasted()
    {
        var browser = await Started.Value;
        await using var server = await RunningServer.StartAsync();
        var page = await browser.OpenAsync(server.Address, _errors);
        const string Send = """
            ([kind, name, base64]) => {
                const bytes = Uint8Array.from(atob(base64), character => character.charCodeAt(0));
                const data = new DataTransfer();
                data.items.add(new File([bytes], name, { type: 'image/png' }));
                document.body.dispatchEvent(kind === 'paste'
                    ? new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true })
                    : new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true }));
            }
            """;

        await page.EvaluateAsync(Send, new[] { "dragover", "dropped.png", Convert.ToBase64String(Image("disc").Buffer) });
        await Assertions.Expect(page.Locator("#drop")).ToHaveClassAsync("drop over");
        await page.EvaluateAsync(Send, new[] { "drop", "dropped.png", Convert.ToBase64String(Image("disc").Buffer) });
        await page.EvaluateAsync(Send, new[] { "paste", "pasted.png", Convert.ToBase64String(Image("square").Buffer) });

        await Assertions.Expect(Card(page, "dropped.png").GetByRole(AriaRole.Heading)).ToHaveTextAsync("disc");
        await Assertions.Expect(Card(page, "pasted.png").GetByRole(AriaRole.Heading)).ToHaveTextAsync("square");
        await Assertions.Expect(page.Locator("#drop")).ToHaveClassAsync("drop");
        AssertNoErrors();
    }

    [TestMethod]
    public async Task BadImagesAmongGoodOnesAreToldWhy()
    {
        var browser = await Started.Value;
        await using var server = await RunningServer.StartAsync(["MaximumBytes=500000"]);
        var page = await browser.OpenAsync(server.Address, _errors);

        await page.GetByLabel("Choose images").SetInputFilesAsync(
        [
            Image("disc"),
            File("notes.jpg", BadImages.Text),
            File("half.jpg", BadImages.Truncated),
            Image("square"),
            File("large.png", new byte[500_001]),
            File("bomb.png", BadImages.Bomb),
            File("empty.png", []),
            Image("stripes"),
        ]);

        await ExpectProblem(page, "notes.jpg", "This is not an image in a format that can be read: JPEG, PNG, WebP, GIF or BMP.");
        await ExpectProblem(page, "half.jpg", "The image is damaged or cut off, or takes too much memory to decode.");
        await ExpectProblem(page, "large.png", "The image's file has more than 500,000 bytes.");
        await ExpectProblem(page, "bomb.png", "The image has 10,000 × 10,000 pixels, more than the 25,000,000 that are allowed.");
        await ExpectProblem(page, "empty.png", "The image is empty.");
        foreach (var kind in TestImages.Classes)
        {
            await Assertions.Expect(Card(page, $"{kind}.png").GetByRole(AriaRole.Heading)).ToHaveTextAsync(kind);
        }

        AssertNoErrors();
    }

    [TestMethod]
    public async Task WhereTooManyImagesWaitThePageTriesAgain()
    {
        using var gate = new SemaphoreSlim(0);
        var batches = 0;
        var browser = await Started.Value;
        await using var server = await RunningServer.StartAsync(["QueueLength=1"], _ =>
        {
            batches++;
            gate.Wait();
        });
        var queue = server.Services.GetRequiredService<PredictionQueue>();

        // The page gives up after some tries: its clock stands still but for the test.
        var page = await browser.OpenAsync(
            server.Address, _errors, prepare: page => page.Clock.InstallAsync(new() { TimeDate = DateTime.UnixEpoch }));
        await page.Clock.PauseAtAsync(DateTime.UnixEpoch.AddHours(1));
        await page.GetByLabel("Choose images").SetInputFilesAsync(Image("disc"));
        await Patience.UntilAsync(() => batches == 1);
        await page.GetByLabel("Choose images").SetInputFilesAsync(Image("square"));
        await Patience.UntilAsync(() => queue.Count == 1);

        await page.RunAndWaitForResponseAsync(
            () => page.GetByLabel("Choose images").SetInputFilesAsync(Image("stripes")), response => response.Status == 503);
        gate.Release(TestImages.Classes.Length);
        await Assertions.Expect(Card(page, "disc.png").GetByRole(AriaRole.Heading)).ToHaveTextAsync("disc");
        await Assertions.Expect(Card(page, "square.png").GetByRole(AriaRole.Heading)).ToHaveTextAsync("square");
        await Assertions.Expect(Card(page, "stripes.png").GetByRole(AriaRole.Heading)).ToHaveCountAsync(0);

        // The answer 503 may have come to the test before it came to the page's script.
        await Patience.UntilAsync(async () =>
        {
            await page.Clock.RunForAsync(1000);
            return await Card(page, "stripes.png").GetByRole(AriaRole.Heading).CountAsync() == 1;
        });
        await Assertions.Expect(Card(page, "stripes.png").GetByRole(AriaRole.Heading)).ToHaveTextAsync("stripes");
        AssertNoErrors();
    }

    [TestMethod]
    public async Task TheKeyboardIsEnough()
    {
        var browser = await Started.Value;
        await using var server = await RunningServer.StartAsync();
        var page = await browser.OpenAsync(server.Address, _errors);

        // Playwright does not wait until the browser knows that the file chooser is wanted, and a key pressed right after can overtake
        // that: the wait therefore begins before what asks the page and awaits its answers.
        string? outline = null;
        var chooser = await page.RunAndWaitForFileChooserAsync(async () =>
        {
            await page.Keyboard.PressAsync("Tab");
            await Assertions.Expect(page.GetByRole(AriaRole.Link, new() { Name = "Skip to the results" })).ToBeFocusedAsync();
            await page.Keyboard.PressAsync("Tab");
            await Assertions.Expect(page.GetByLabel("Choose images")).ToBeFocusedAsync();
            outline = await page.Locator("label[for=choose]").EvaluateAsync<string>("label => getComputedStyle(label).outlineStyle");
            await page.Keyboard.PressAsync("Enter");
        });
        await chooser.SetFilesAsync(Image("stripes"));
        await page.Keyboard.PressAsync("Tab");
        await Assertions.Expect(page.GetByLabel("Take a photo")).ToBeFocusedAsync();

        Assert.AreEqual("solid", outline);
        await Assertions.Expect(Card(page, "stripes.png").GetByRole(AriaRole.Heading)).ToHaveTextAsync("stripes");
        await Assertions.Expect(page.GetByLabel("Take a photo")).ToHaveAttributeAsync("capture", "environment");
        AssertNoErrors();
    }

    [TestMethod]
    [DataRow(320, ColorScheme.Light)]
    [DataRow(390, ColorScheme.Dark)]
    [DataRow(1280, ColorScheme.Dark)]
    public async Task NothingSticksOutAndEveryTextCanBeRead(int width, ColorScheme scheme)
    {
        var browser = await Started.Value;
        await using var server = await RunningServer.StartAsync();
        var page = await browser.OpenAsync(
            server.Address,
            _errors,
            new() { ViewportSize = new() { Width = width, Height = 800 }, ColorScheme = scheme, ReducedMotion = ReducedMotion.Reduce });

        await page.GetByLabel("Choose images").SetInputFilesAsync([Image("disc"), File($"{new string('w', 120)}.jpg", BadImages.Text)]);
        await Assertions.Expect(Card(page, "disc.png").GetByRole(AriaRole.Heading)).ToHaveTextAsync("disc");
        await Assertions.Expect(page.Locator(".card.problem")).ToBeVisibleAsync();

        Assert.AreEqual(width, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        Assert.AreEqual("none", await page.Locator(".fill").First.EvaluateAsync<string>("fill => getComputedStyle(fill).animationName"));
        var contrasts = await page.EvaluateAsync<string[]>(Contrasts);
        Assert.AreEqual("", string.Join("; ", contrasts));
        AssertNoErrors();
    }

    [TestMethod]
    public async Task TheTrainingsCourseIsDrawnWhereItIsKnown()
    {
        var browser = await Started.Value;
        await using var server = await RunningServer.StartAsync();
        var page = await browser.OpenAsync(server.Address, _errors);

        await Assertions.Expect(page.Locator("#facts")).ToContainTextAsync("disc, square, stripes");
        var record = TrainingRecord.Read(QuickModel.Path);
        var (epochs, rates) = (record.Epochs, record.Schedule.LearningRates);
        await ExpectCurveAsync(
            "Loss", $"training {Course(epoch => epoch.CrossEntropy)}, validation {Course(epoch => epoch.ValidationCrossEntropy!.Value)}");
        await ExpectCurveAsync(
            "Accuracy",
            FormattableString.Invariant(
                $"validation from {100 * epochs[0].ValidationAccuracy:G3} % to {100 * epochs[^1].ValidationAccuracy:G3} %"));
        await ExpectCurveAsync(
            "Learning rate, step by step",
            FormattableString.Invariant($"rate between {rates.Min():G3} and {rates.Max():G3}, L_min 0.005, L_max 0.01"));
        Assert.IsGreaterThan(epochs.Count, rates.Count);
        await Assertions.Expect(page.Locator("circle")).ToHaveCountAsync(rates.Count);
        AssertNoErrors();

        Task ExpectCurveAsync(string title, string words) =>
            Assertions.Expect(page.GetByRole(AriaRole.Img, new() { Name = $"{title}: {words}, over {epochs.Count} epochs", Exact = true }))
                .ToBeVisibleAsync();

        string Course(Func<EpochRecord, double> figure) =>
            FormattableString.Invariant($"from {figure(epochs[0]):G3} to {figure(epochs[^1]):G3}");
    }

    /// <summary>The texts whose colour is nearer to what is behind them than WCAG's 4.5 to 1.</summary>
    private const string Contrasts = """
        () => {
            const light = (color) => {
                const [r, g, b] = color.match(/[\d.]+/g).map(Number).map(v => v / 255)
                    .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
                return 0.2126 * r + 0.7152 * g + 0.0722 * b;
            };
            const back = (node) => {
                const color = getComputedStyle(node).backgroundColor;
                return color !== 'rgba(0, 0, 0, 0)' ? color : node.parentElement ? back(node.parentElement) : 'rgb(255, 255, 255)';
            };
            const texts = [...document.querySelectorAll('h1, h2, h3, p, dt, dd, label, .name, .percent, figcaption, .key')]
                .filter(node => node.textContent.trim());
            return texts.map(node => [node, light(getComputedStyle(node).color), light(back(node))])
                .map(([node, a, b]) => [node, (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)])
                .filter(([, ratio]) => ratio < 4.5)
                .map(([node, ratio]) => `${node.textContent.slice(0, 30)}: ${ratio.toFixed(2)}`);
        }
        """;

    private static ILocator Card(IPage page, string name) => page.Locator("#results > li").Filter(new() { HasText = name });

    private static Task ExpectProblem(IPage page, string name, string message) =>
        Assertions.Expect(Card(page, name).Locator(".answer")).ToHaveTextAsync(message);

    private static FilePayload Image(string kind) => File($"{kind}.png", TestImages.Encode(kind, 7, format: SKEncodedImageFormat.Png));

    private static FilePayload File(string name, byte[] content) => new() { Name = name, MimeType = "image/png", Buffer = content };

    private void AssertNoErrors() => Assert.AreEqual("", string.Join("; ", _errors));
}
