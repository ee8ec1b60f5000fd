using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;

namespace Plrs.MLNet.Tests.Support;

/// <summary>Runs a piece of a test in a fresh process: this test program again, with a command in place of test options.</summary>
internal static class ChildProcess
{
    private const string Switch = "--child";
    private const string PredictCommand = "predict";

    public static bool IsRequested(string[] args) => args is [Switch, ..];

    public static int Execute(string[] args)
    {
        switch (args)
        {
            case [_, PredictCommand, var model, .. var images]:
                Predict(model, images);
                return 0;
            default:
                Console.Error.WriteLine($"No such child command: {string.Join(' ', args)}");
                return 2;
        }
    }

    /// <summary>Scores image files with a saved model in a fresh process.</summary>
    /// <returns>For each image the predicted class and the bits of its scores, in a line.</returns>
    public static string[] PredictInFreshProcess(string model, IEnumerable<string> images) => Run([PredictCommand, model, .. images]);

    /// <summary>One prediction as text that equals another only when the scores are equal to the last bit.</summary>
    public static string Format(ImagePrediction prediction) =>
        $"{prediction.PredictedLabel} {string.Join(' ', prediction.Score.Select(score => BitConverter.SingleToUInt32Bits(score).ToString("x8", CultureInfo.InvariantCulture)))}";

    // Nothing here may touch the library before Model.Load: the test is that ML.NET finds and loads it by itself.
    private static void Predict(string model, string[] images)
    {
        var mlContext = new MLContext();
        var transformer = mlContext.Model.Load(model, out _);
        using var engine = mlContext.Model.CreatePredictionEngine<InMemoryImage, ImagePrediction>(transformer);
        foreach (var image in images)
        {
            Console.WriteLine(Format(engine.Predict(new InMemoryImage { Image = File.ReadAllBytes(image) })));
        }
    }

    private static string[] Run(IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, [Switch, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["OMP_NUM_THREADS"] = "1"; // As in this process: see TestThreads.
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.AreEqual(0, process.ExitCode, error.Result);
        return output.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
    }
}
