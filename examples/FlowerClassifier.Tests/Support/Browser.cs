using Microsoft.Playwright;

namespace Flowers.Tests.Support;

/// <summary>A Chromium without a window: the one that PLRS_CHROMIUM names, or the system's.</summary>
internal sealed class Browser : IAsyncDisposable
{
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome", "chrome.exe"];

    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;

    private Browser(IPlaywright playwright, IBrowser browser) => (_playwright, _browser) = (playwright, browser);

    /// <summary>Starts it. Where there is none, the test is inconclusive and says how to get one.</summary>
    public static async Task<Browser> StartAsync()
    {
        var path = Find() ?? throw new AssertInconclusiveException(
            "The page was not tested: there is no Chromium. " +
            "Install it (Debian and Ubuntu: apt-get install chromium), or name one in the environment variable PLRS_CHROMIUM.");
        var playwright = await Playwright.CreateAsync();
        Assertions.SetDefaultExpectTimeout((float)Patience.Time.TotalMilliseconds);

        // A container's root has no sandbox, and its /dev/shm is small.
        var options = new BrowserTypeLaunchOptions
        {
            ExecutablePath = path,
            Args = ["--no-sandbox", "--disable-dev-shm-usage"],
            Timeout = (float)Patience.Time.TotalMilliseconds,
        };
        return new Browser(playwright, await playwright.Chromium.LaunchAsync(options));
    }

    /// <summary>Opens a page.</summary>
    /// <param name="address">Its address.</param>
    /// <param name="errors">Receives what its scripts throw, or its policy forbids.</param>
    /// <param name="options">The window.</param>
    /// <param name="prepare">What is done before it is loaded.</param>
    public async Task<IPage> OpenAsync(
        Uri address, List<string> errors, BrowserNewContextOptions? options = null, Func<IPage, Task>? prepare = null)
    {
        var context = await _browser.NewContextAsync(options);
        await context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        var page = await context.NewPageAsync();
        page.SetDefaultTimeout((float)Patience.Time.TotalMilliseconds);
        page.PageError += (_, error) => errors.Add(error);
        page.Console += (_, message) =>
        {
            // The browser itself reports answers such as 415 as errors.
            if (message.Type == "error" && !message.Text.StartsWith("Failed to load resource", StringComparison.Ordinal))
            {
                errors.Add(message.Text);
            }
        };
        await (prepare?.Invoke(page) ?? Task.CompletedTask);
        await page.GotoAsync(address.AbsoluteUri);
        await page.Locator("#facts dd").First.WaitForAsync();
        return page;
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
    }

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("PLRS_CHROMIUM") is { Length: > 0 } named)
        {
            return File.Exists(named)
                ? named
                : throw new FileNotFoundException($"The environment variable PLRS_CHROMIUM names '{named}', which does not exist.");
        }

        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return folders.SelectMany(folder => Names.Select(name => Path.Combine(folder, name))).FirstOrDefault(File.Exists);
    }
}
