using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Flowers.Tests.Support;
using Flowers.WebApi;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Plrs.MLNet.Tests.Images.Decoding;
using Plrs.MLNet.Tests.Support;
using SkiaSharp;

namespace Flowers.Tests;

/// <summary>POST /predict: every answer that there is.</summary>
[TestClass]
public sealed class PredictTests
{
    private const string Unreadable = "This is not an image in a format that can be read: JPEG, PNG, WebP, GIF or BMP.";
    private const string WrongType = "Send an image in a format that can be read (JPEG, PNG, WebP, GIF or BMP), " +
        "as image/jpeg for example, or as the file of a form, multipart/form-data.";

    [TestMethod]
    [DataRow(SKEncodedImageFormat.Png, "image/png")]
    [DataRow(SKEncodedImageFormat.Jpeg, "image/jpeg")]
    [DataRow(SKEncodedImageFormat.Webp, "IMAGE/WEBP")]
    public async Task AnImageGetsItsClassAndAllScores(SKEncodedImageFormat format, string type)
    {
        await using var server = await RunningServer.StartAsync();
        foreach (var kind in TestImages.Classes)
        {
            var image = TestImages.Encode(kind, 7, format: format);

            Assert.AreEqual(kind, await RunningServer.ClassOf(await server.PostAsync(image, type)));
            var answer = await (await server.PostFormAsync(image)).Content.ReadFromJsonAsync<JsonElement>();

            Assert.AreEqual(kind, answer.GetProperty("class").GetString());
            var scores = answer.GetProperty("scores").EnumerateArray().ToArray();
            Assert.AreEqual(kind, scores[0].GetProperty("class").GetString());
            CollectionAssert.AreEquivalent(TestImages.Classes, scores.Select(score => score.GetProperty("class").GetString()).ToArray());
            var probabilities = scores.Select(score => score.GetProperty("probability").GetDouble()).ToArray();
            Assert.AreEqual(1, probabilities.Sum(), 1e-5);
            CollectionAssert.AreEqual(probabilities.OrderDescending().ToArray(), probabilities);
        }
    }

    [TestMethod]
    public async Task WhatIsNoImageIsToldWhyAndTheNextOneIsClassified()
    {
        await using var server = await RunningServer.StartAsync(["MaximumBytes=500000"]);

        await RunningServer.AssertProblem(400, "The image is empty.", await server.PostAsync([]));
        await RunningServer.AssertProblem(400, "The image is empty.", await server.PostFormAsync([]));
        await RunningServer.AssertProblem(415, Unreadable, await server.PostAsync(BadImages.Text, "image/jpeg"));
        await RunningServer.AssertProblem(415, Unreadable, await server.PostFormAsync(BadImages.Text));
        await RunningServer.AssertProblem(
            422,
            "The image is damaged or cut off, or takes too much memory to decode.",
            await server.PostAsync(BadImages.Truncated, "image/jpeg"));
        await RunningServer.AssertProblem(
            413,
            "The image has 10,000 × 10,000 pixels, more than the 25,000,000 that are allowed.",
            await server.PostAsync(BadImages.Bomb));
        await RunningServer.AssertProblem(413, "The image's file has more than 500,000 bytes.", await server.PostAsync(new byte[500_001]));
        await RunningServer.AssertProblem(
            413, "The image's file has more than 500,000 bytes.", await server.PostFormAsync(new byte[500_001]));
        await RunningServer.AssertProblem(
            413, "The request is larger than an image's file may be.", await server.PostAsync(new byte[600_000]));

        Assert.AreEqual("disc", await RunningServer.ClassOf(await server.PostAsync(TestImages.Encode("disc", 7))));
    }

    [TestMethod]
    public async Task RequestsOfAnotherShapeAreRefused()
    {
        await using var server = await RunningServer.StartAsync();
        var image = TestImages.Encode("disc", 1);
        const string FileBegins = "--b\r\nContent-Disposition: form-data; name=\"image\"; filename=\"disc.png\"\r\n\r\n";
        byte[] cutOff = [.. Encoding.ASCII.GetBytes(FileBegins), .. image];

        await RunningServer.AssertProblem(415, WrongType, await server.PostAsync(image, type: null));
        await RunningServer.AssertProblem(415, WrongType, await server.PostAsync(image, "text/plain"));
        await RunningServer.AssertProblem(
            400,
            "The form has no file: none of its parts has a file name, or the content type of an image.",
            await server.PostAsync(new MultipartFormDataContent { { new StringContent("words"), "image" } }));
        await AssertUnreadable(
            "The request cannot be read: The form's boundary has 5000 characters, more than 70.",
            image,
            $"multipart/form-data; boundary={new string('b', 5000)}");
        await AssertUnreadable("The request cannot be read: The form has no boundary.", image, "multipart/form-data; boundary=\"\"");
        await AssertUnreadable("The request cannot be read: The form has no boundary.", image, "multipart/form-data");
        await AssertUnreadable("The request cannot be read: Unexpected end of Stream", image, "multipart/form-data; boundary=none");
        await AssertUnreadable("The request cannot be read: Unexpected end of Stream", cutOff, "multipart/form-data; boundary=b");
        await RunningServer.AssertProblem(405, null, await server.Client.GetAsync("predict"));
        await RunningServer.AssertProblem(404, null, await server.Client.GetAsync("no-such-page"));

        async Task AssertUnreadable(string begin, byte[] body, string type)
        {
            var answer = await server.PostAsync(body, type);
            var detail = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("detail").GetString()!;
            Assert.StartsWith(begin, detail);
            await RunningServer.AssertProblem(400, detail, answer);
        }
    }

    [TestMethod]
    public async Task APartOfAFormWithoutAFileNameIsAnImageIfItSaysSo()
    {
        await using var server = await RunningServer.StartAsync();
        var part = new ByteArrayContent(TestImages.Encode("disc", 7));
        part.Headers.ContentType = new("image/png");

        Assert.AreEqual("disc", await RunningServer.ClassOf(await server.PostAsync(new MultipartFormDataContent { { part, "image" } })));
    }

    /// <summary>SkiaSharp decodes the first from five bytes.</summary>
    [TestMethod]
    public async Task OtherFormatsAreRefused()
    {
        await using var server = await RunningServer.StartAsync();
        var png = TestImages.Encode("disc", 7);
        byte[] icon = [0, 0, 1, 0, 1, 0, 16, 16, 0, 0, 1, 0, 32, 0, .. BitConverter.GetBytes(png.Length), 22, 0, 0, 0, .. png];

        await RunningServer.AssertProblem(415, Unreadable, await server.PostAsync([0, 0, 8, 1, 0xAA]));
        await RunningServer.AssertProblem(415, Unreadable, await server.PostAsync(icon));
    }

    [TestMethod]
    public async Task AnImageThatTakesTooMuchMemoryIsRefused()
    {
        await using var server = await RunningServer.StartAsync(["MaximumPixels=4096"]);

        await RunningServer.AssertProblem(
            422,
            "The image is damaged or cut off, or takes too much memory to decode.",
            await server.PostAsync(PngImages.Interlaced(64, 16)));
    }

    [TestMethod]
    [DataRow("text/html")]
    [DataRow("image/png, */*;q=0")]
    public async Task ErrorsHaveOneFormAndTheHeadersOfAnyAnswer(string accept)
    {
        await using var server = await RunningServer.StartAsync(["ImagesPerMinute=3"], gate: _ => throw new InvalidOperationException());
        server.Client.DefaultRequestHeaders.Add("Accept", accept);
        var image = TestImages.Encode("disc", 1);
        foreach (var (status, send) in new (int, Func<Task<HttpResponseMessage>>)[]
        {
            (500, () => server.PostAsync(image)),
            (413, () => server.PostAsync(BadImages.Bomb)),
            (415, () => server.PostAsync(image, "text/plain")),
            (400, () => server.PostAsync([])),
            (429, () => server.PostAsync(image)),
            (404, () => server.Client.GetAsync("no-such-page")),
            (405, () => server.Client.GetAsync("predict")),
        })
        {
            var answer = await send();

            Assert.AreEqual(status, (int)answer.StatusCode);
            Assert.AreEqual("application/problem+json", answer.Content.Headers.ContentType?.MediaType, $"{status}");
            Assert.AreEqual(status, (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("status").GetInt32());
            Assert.AreEqual("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
            Assert.StartsWith("default-src 'self'; ", answer.Headers.GetValues("Content-Security-Policy").Single());
        }
    }

    [TestMethod]
    public async Task TooManyImagesOfOneClientAreRefusedForAWhile()
    {
        await using var server = await RunningServer.StartAsync(["ImagesPerMinute=2"]);
        var image = TestImages.Encode("square", 1);

        await RunningServer.ClassOf(await server.PostAsync(image));
        await RunningServer.ClassOf(await server.PostAsync(image));
        // Should the test be held up for a minute, the next one begins, and has room again.
        var refused = await server.PostAsync(image);
        for (var posts = 3; refused.IsSuccessStatusCode && posts < 100; posts++)
        {
            refused = await server.PostAsync(image);
        }

        await RunningServer.AssertProblem(429, "You have sent too many images in a minute. Try again later.", refused);
        Assert.IsInRange(1, 60, (int)refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds);
        Assert.AreEqual(200, (int)(await server.Client.GetAsync("model")).StatusCode);
    }

    [TestMethod]
    public async Task AFullQueueIsToldAndWhatWaitedIsScoredInOneBatch()
    {
        using var gate = new SemaphoreSlim(0);
        var batches = new List<int>();
        await using var server = await RunningServer.StartAsync(["QueueLength=3"], count =>
        {
            lock (batches)
            {
                batches.Add(count);
            }

            gate.Wait();
        });
        var queue = server.Services.GetRequiredService<PredictionQueue>();
        var first = server.PostAsync(TestImages.Encode("disc", 1));
        await Patience.UntilAsync(() => batches.Count == 1);
        var others = TestImages.Classes.Select(kind => server.PostAsync(TestImages.Encode(kind, 2))).ToArray();
        await Patience.UntilAsync(() => queue.Count == 3);

        var refused = await server.PostAsync(TestImages.Encode("disc", 3));
        gate.Release(2);

        await RunningServer.AssertProblem(503, "Too many images are waiting. Try again in a moment.", refused);
        Assert.AreEqual(1, refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds);
        Assert.AreEqual("disc", await RunningServer.ClassOf(await first));
        foreach (var (kind, answer) in TestImages.Classes.Zip(others))
        {
            Assert.AreEqual(kind, await RunningServer.ClassOf(await answer));
        }

        CollectionAssert.AreEqual(new[] { 1, 3 }, batches);
    }

    [TestMethod]
    public async Task AnImageThatNobodyWaitsForIsNotScored()
    {
        using var gate = new SemaphoreSlim(0);
        var scored = new List<int>();
        var aborted = new TaskCompletionSource();
        await using var server = await RunningServer.StartAsync(
            gate: count =>
            {
                scored.Add(count);
                gate.Wait();
            },
            configure: services => services.AddSingleton<IStartupFilter>(new AbortWatch(aborted)));
        var queue = server.Services.GetRequiredService<PredictionQueue>();
        using var gone = new CancellationTokenSource();
        var first = server.PostAsync(TestImages.Encode("disc", 1));
        await Patience.UntilAsync(() => scored.Count == 1);
        var cancelled = server.PostAsync(TestImages.Encode("square", 1), cancellation: gone.Token);
        var stays = server.PostAsync(TestImages.Encode("stripes", 1));
        await Patience.UntilAsync(() => queue.Count == 2);

        await gone.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => cancelled);
        await Patience.ForAsync(aborted.Task);
        gate.Release(2);

        Assert.AreEqual("disc", await RunningServer.ClassOf(await first));
        Assert.AreEqual("stripes", await RunningServer.ClassOf(await stays));
        CollectionAssert.AreEqual(new[] { 1, 1 }, scored);
    }

    [TestMethod]
    public async Task WhatFailsIsToldToThoseWhoWaitAndTheNextImageIsClassified()
    {
        var fails = true;
        await using var server = await RunningServer.StartAsync(gate: _ =>
        {
            if (fails)
            {
                throw new InvalidOperationException("a secret of the program");
            }
        });

        await RunningServer.AssertProblem(
            500, "The image could not be classified. The program's log says why.", await server.PostAsync(TestImages.Encode("disc", 1)));
        fails = false;

        Assert.AreEqual("disc", await RunningServer.ClassOf(await server.PostAsync(TestImages.Encode("disc", 1))));
    }

    [TestMethod]
    public async Task WhatWasTakenIsAnsweredWhenTheServerStops()
    {
        using var gate = new SemaphoreSlim(0);
        var batches = 0;
        await using var server = await RunningServer.StartAsync(
            gate: _ =>
            {
                batches++;
                gate.Wait();
            },
            configure: services => services.Configure<HostOptions>(options => options.ShutdownTimeout = Patience.Time));
        var queue = server.Services.GetRequiredService<PredictionQueue>();
        var first = server.PostAsync(TestImages.Encode("disc", 1));
        await Patience.UntilAsync(() => batches == 1);
        var second = server.PostAsync(TestImages.Encode("square", 1));
        await Patience.UntilAsync(() => queue.Count == 1);

        var stopped = server.StopAsync();
        gate.Release(2);

        Assert.AreEqual("disc", await RunningServer.ClassOf(await first));
        Assert.AreEqual("square", await RunningServer.ClassOf(await second));
        await stopped;
    }

    /// <summary>Tells when the server notices that a client has gone.</summary>
    private sealed class AbortWatch(TaskCompletionSource aborted) : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use((context, further) =>
            {
                context.RequestAborted.Register(() => aborted.TrySetResult());
                return further(context);
            });
            next(app);
        };
    }
}
