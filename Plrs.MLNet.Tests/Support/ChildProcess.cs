using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Plrs.MLNet.Tests.Checkpoints;
using Plrs.MLNet.Tests.Examples;
using Plrs.MLNet.Tests.ImageClassification;
using Plrs.MLNet.Tests.Scoring;
using Plrs.MLNet.Weights;

namespace Plrs.MLNet.Tests.Support;

/// <summary>Runs a piece of a test in a fresh process: this test program again, with a command in place of test options.</summary>
internal static class ChildProcess
{
    private const string Switch = "--child";
    private const string PredictCommand = "predict";
    private const string TransformCommand = "transform";
    private const string TrainCommand = "train";
    private const string CompareScoresCommand = "compare-scores";
    private const string LoadManyCommand = "load-many";
    private const string SmallFilesCommand = "small-files";
    private const string FolderCommand = "folder";
    private const string LargeBatchCommand = "large-batch";
    private const string MemoryCommand = "memory";
    private const string MixedCommand = "mixed";
    private const string DownloadCommand = "download";
    private const string ExperimentCommand = "experiment";
    private const string CultureCommand = "culture";

    public static bool IsRequested(string[] args) => args is [Switch, ..];

    public static int Execute(string[] args)
    {
        switch (args)
        {
            case [_, PredictCommand, var model, .. var images]:
                Predict(model, images);
                return 0;
            case [_, TransformCommand, var model, .. var images]:
                Transform(model, images);
                return 0;
            case [_, TrainCommand, var variant, var workspace, var interval, var weights]:
                CheckpointedTraining.Run(
                    variant, workspace, TimeSpan.FromTicks(long.Parse(interval, CultureInfo.InvariantCulture)), weights, Tell);
                return 0;
            case [_, CompareScoresCommand]:
                ScoreComparison.Run();
                return 0;
            case [_, LoadManyCommand, var model]:
                ForgottenModels.Run(model);
                return 0;
            case [_, SmallFilesCommand, var workspace]:
                CachedTraining.Run(workspace);
                return 0;
            case [_, FolderCommand, var folder, .. var paths]:
                FolderProgram.Run(folder, paths);
                return 0;
            case [_, LargeBatchCommand]:
                BadInputTests.RunLargeBatch();
                return 0;
            case [_, MemoryCommand]:
                ReturnedMemoryTests.Run();
                return 0;
            case [_, MixedCommand]:
                TrainingPrecisionTests.RunMixed();
                return 0;
            case [_, DownloadCommand, var folder, var address, var name, var sha256]:
                new WeightsDownload { Folder = folder }.Get(new PublishedFile(new Uri(address), name, sha256, LargestBytes: long.MaxValue));
                return 0;
            case [_, ExperimentCommand, var data, var output]:
                QuickExperiment.Make(data, output, shows: Tell);
                return 0;
            case [_, CultureCommand]:
                Console.WriteLine(string.Create(CultureInfo.CurrentCulture, $"{CultureInfo.CurrentCulture.Name} {0.5}"));
                return 0;
            default:
                Console.Error.WriteLine($"No such child command: {string.Join(' ', args)}");
                return 2;
        }
    }

    /// <summary>Scores image files with a saved model in a fresh process.</summary>
    /// <returns>For each image the predicted class and the bits of its scores, in a line.</returns>
    public static string[] PredictInFreshProcess(string model, IEnumerable<string> images) => Run([PredictCommand, model, .. images]);

    /// <summary>Scores image files with the transformer of a saved model, as rows of one data set, in a fresh process.</summary>
    /// <returns>For each image the number of images that were read by then, and the bits of its scores, in a line.</returns>
    public static string[] TransformInFreshProcess(string model, IEnumerable<string> images) => Run([TransformCommand, model, .. images]);

    /// <summary>Trains in a fresh process, which is killed (SIGKILL) after a number of lines of output, one a step.</summary>
    /// <param name="killAfter">The number of steps, or <see langword="null"/> to let it come to its end.</param>
    /// <param name="variant">The settings: see QuickRun.</param>
    /// <param name="workspace">The folder for checkpoints, from whose newest the training goes on.</param>
    /// <param name="interval">The time between checkpoints.</param>
    /// <param name="weights">The file that receives the trained weights' hash.</param>
    public static void Train(int? killAfter, string variant, string workspace, TimeSpan interval, string weights) =>
        RunAndKill([TrainCommand, variant, workspace, interval.Ticks.ToString(CultureInfo.InvariantCulture), weights], killAfter);

    /// <summary>
    /// Makes an experiment in a fresh process, which is killed (SIGKILL) after a number of lines of output, one an epoch.
    /// </summary>
    /// <param name="killAfter">The number of epochs.</param>
    /// <param name="data">The folder of the data.</param>
    /// <param name="output">The folder of the experiment.</param>
    public static void Experiment(int killAfter, string data, string output) => RunAndKill([ExperimentCommand, data, output], killAfter);

    /// <summary>Downloads a file in a fresh process, which is killed (SIGKILL) on the way.</summary>
    /// <param name="file">The file.</param>
    /// <param name="folder">The folder for it.</param>
    /// <param name="isOnTheWay">Whether it has come as far as it is to come.</param>
    /// <param name="meanwhile">Called then, before the process is killed.</param>
    public static void Download(PublishedFile file, string folder, Func<bool> isOnTheWay, Action meanwhile)
    {
        using var process = Start(ThisProgram([DownloadCommand, folder, file.Address.AbsoluteUri, file.Name, file.Sha256]));
        var error = process.StandardError.ReadToEndAsync();
        while (!isOnTheWay())
        {
            Assert.IsFalse(process.WaitForExit(milliseconds: 20), error.IsCompleted ? error.Result : "The download ended by itself.");
        }

        meanwhile();
        process.Kill();
        process.WaitForExit();
    }

    /// <summary>
    /// Trains in a fresh process whose files may not grow beyond a size, as on a file system with such a limit. It stands in for a disk
    /// that fills, which a test cannot have: the call that fails is the same, its error another one. Needs a Unix shell.
    /// </summary>
    /// <returns>The error's type and message, or "no error".</returns>
    public static string TrainWithSmallFiles(int kibibytes, string workspace)
    {
        // A write beyond the limit is an error where its signal is ignored. .NET's own large mapping counts as a file too, unless it is
        // turned off.
        var start = new ProcessStartInfo(
            "/bin/bash",
            [
                "-c",
                $"trap '' XFSZ; ulimit -f {kibibytes}; exec \"$0\" \"$@\"",
                Environment.ProcessPath!,
                Switch,
                SmallFilesCommand,
                workspace,
            ]);
        start.Environment["DOTNET_EnableWriteXorExecute"] = "0";
        return Run(start).Single();
    }

    /// <summary>The culture of a fresh process, and half of one in its words.</summary>
    /// <returns><see langword="null"/> where the system has no data of cultures.</returns>
    public static string? TellCulture(IEnumerable<(string Name, string Value)> environment)
    {
        var start = ThisProgram([CultureCommand]);
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Start(start);
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd().Trim();
        process.WaitForExit();
        return process.ExitCode == 0 ? output
            : error.Result.Contains("ICU", StringComparison.Ordinal) ? null : throw new InvalidOperationException(error.Result);
    }

    /// <summary>Scores images alone and together in a fresh process.</summary>
    /// <param name="processors">The number of processors that .NET, and so the library, takes the machine to have.</param>
    /// <returns>
    /// A line for each comparison: what was compared, and the number of images whose scores differ; then a hash of scores.
    /// </returns>
    public static string[] CompareScores(int processors)
    {
        var start = ThisProgram([CompareScoresCommand]);
        start.Environment["DOTNET_PROCESSOR_COUNT"] = processors.ToString(CultureInfo.InvariantCulture);
        return Run(start);
    }

    /// <summary>Trains on batches that are too large for the memory that .NET may have, in a fresh process.</summary>
    /// <returns>The error's message.</returns>
    public static string TrainOnLargeBatch(int available)
    {
        var start = ThisProgram([LargeBatchCommand]);
        start.Environment["DOTNET_GCHeapHardLimit"] = available.ToString("x", CultureInfo.InvariantCulture);
        return Run(start).Single();
    }

    /// <summary>Trains twice in a fresh process, the second time on more.</summary>
    /// <returns>The process's resident memory in MiB: see <see cref="ReturnedMemoryTests.Run"/>.</returns>
    public static long[] TrainAndMeasure() => [.. Run([MemoryCommand]).Select(line => long.Parse(line, CultureInfo.InvariantCulture))];

    /// <summary>Trains in mixed precision in a fresh process for which .NET has no AVX-512, as on a processor without it.</summary>
    /// <returns>The log's warnings, and that it was stopped.</returns>
    public static string[] TrainMixedWithoutAvx512()
    {
        var start = ThisProgram([MixedCommand]);
        start.Environment["DOTNET_EnableAVX512"] = "0";
        start.Environment["DOTNET_EnableAVX512F"] = "0";
        return Run(start);
    }

    /// <summary>Loads a model many times in a fresh process, and never disposes of anything.</summary>
    /// <returns>The process's resident memory in MiB, early and at the end.</returns>
    public static (long Early, long Late) LoadManyTimes(string model)
    {
        var memory = Run([LoadManyCommand, model]).Select(line => long.Parse(line, CultureInfo.InvariantCulture)).ToArray();
        return (memory[0], memory[1]);
    }

    /// <summary>Runs a user's first program on files in a folder in a fresh process.</summary>
    /// <returns>How it ended, and what it said.</returns>
    public static (int ExitCode, string Output) TrainOnFolder(string folder, IEnumerable<string> paths)
    {
        using var process = Start(ThisProgram([FolderCommand, folder, .. paths]));
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + error.Result);
    }

    /// <summary>One prediction as text that equals another only when the scores are equal to the last bit.</summary>
    public static string Format(ImagePrediction prediction)
    {
        var bits = prediction.Score.Select(BitConverter.SingleToUInt32Bits);
        return $"{prediction.PredictedLabel} {string.Join(' ', bits.Select(score => score.ToString("x8", CultureInfo.InvariantCulture)))}";
    }

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

    private static void Transform(string model, string[] images)
    {
        var mlContext = new MLContext();
        var transformer = ((IEnumerable<ITransformer>)mlContext.Model.Load(model, out _)).ElementAt(1);
        var read = 0;
        var scored = transformer.Transform(mlContext.Data.LoadFromEnumerable(images.Select(image =>
        {
            read++;
            return new InMemoryImage { Image = File.ReadAllBytes(image) };
        })));
        using var cursor = scored.GetRowCursor(scored.Schema["Score"]);
        var getScores = cursor.GetGetter<VBuffer<float>>(scored.Schema["Score"]);
        VBuffer<float> scores = default;
        while (cursor.MoveNext())
        {
            getScores(ref scores);
            Console.WriteLine($"{read}{Format(new ImagePrediction { Score = [.. scores.DenseValues()] })}");
        }
    }

    private static ProcessStartInfo ThisProgram(IEnumerable<string> arguments) => new(Environment.ProcessPath!, [Switch, .. arguments]);

    private static Process Start(ProcessStartInfo start)
    {
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.Environment["OMP_NUM_THREADS"] = "1"; // As in this process: see TestThreads.
        return Process.Start(start)!;
    }

    // A process that is to be killed gets no further than it may: after each line it waits to be told to go on, and after the last line it
    // is not.
    private static void RunAndKill(IEnumerable<string> arguments, int? killAfter)
    {
        using var process = Start(ThisProgram(arguments));
        var error = process.StandardError.ReadToEndAsync();
        try
        {
            for (var lines = 1; process.StandardOutput.ReadLine() is not null; lines++)
            {
                if (lines == killAfter)
                {
                    process.Kill();
                    process.WaitForExit();
                    return;
                }

                process.StandardInput.WriteLine();
            }

            process.WaitForExit();
            Assert.IsNull(killAfter, $"The process was to be killed, and ended by itself. {error.Result}");
            Assert.AreEqual(0, process.ExitCode, error.Result);
        }
        finally
        {
            process.Kill();
        }
    }

    /// <summary>Tells the process that may kill this one of a step, and waits until it lets this one go on.</summary>
    private static void Tell(string step)
    {
        Console.WriteLine(step);
        if (Console.ReadLine() is null)
        {
            throw new EndOfStreamException("The process that watches this one has ended.");
        }
    }

    private static string[] Run(IEnumerable<string> arguments) => Run(ThisProgram(arguments));

    private static string[] Run(ProcessStartInfo start)
    {
        using var process = Start(start);
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.AreEqual(0, process.ExitCode, error.Result);
        return output.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
    }
}
