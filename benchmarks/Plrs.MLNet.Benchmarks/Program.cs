using System.Globalization;
using Plrs.MLNet.Benchmarks.Comparisons;
using Plrs.MLNet.Benchmarks.Decoding;
using Plrs.MLNet.Benchmarks.Memory;
using Plrs.MLNet.Benchmarks.Networks;
using Plrs.MLNet.Benchmarks.Parity;
using Plrs.MLNet.Benchmarks.Scoring;
using Plrs.MLNet.Benchmarks.Serving;
using Plrs.MLNet.Benchmarks.Throughput;

namespace Plrs.MLNet.Benchmarks;

internal static class Program
{
    private const int DefaultImageSize = 32;

    private const string Help = """
        Measures Plrs.MLNet on this machine. Run it in Release, with nothing else running:

          dotnet run -c Release --project benchmarks/Plrs.MLNet.Benchmarks -- <command>

        Commands
          schedule   time and memory of one GetLearningRate call, for every schedule
          adapter    time and memory of ScheduleLR.step(), as a ratio to TorchSharp's StepLR.step()
          augment    time and memory of one training image made ready, without and with augmentation
          picture <file>
                     draws the rates of every schedule as an SVG picture: docs/images/schedules.svg
          accuracy <training folder> <test folder> [mixed]
                     test accuracy of ResNet-20 after each of 10 epochs with PLRS, trained twice with averaged weights and
                     once without, with the same seed; with 'mixed' in mixed precision
          averaging  what averaging the weights adds to a training step
          signals <folder> [<L_min> <L_max>]
                     what the instability signals add to a training step of ResNet-20; or, with bounds, what they say in two epochs
          memory <folder>
                     resident memory after each of 20 epochs, and the most of it by the number of images, on images of
                     224×224 that it draws into a temporary folder
          footprint <folder>
                     files and resident memory of a published program that only scores, examples/PredictImages; in the
                     repository's root
          throughput <folder> [<size>]
                     images trained on per second: the trainer from files in <folder>, in float32 and in mixed
                     precision, a bare loop, a naive loop and, where python3 has it, PyTorch; ResNet-20, or from a
                     <size> of 128 on ResNet-18, with TorchVision's module and features for a head
          scoring <folder> [<size>]
                     images scored per second, on all processors and on one: Transform from bytes and from files,
                     PredictionEngine, ONNX Runtime's own session, TorchSharp and, where python3 has it, PyTorch
          serving <folder> <model>
                     the web API, examples/FlowerClassifier.WebApi, published and under load: requests per second at 1, 8 and 32
                     at a time, beside Transform, and its memory over 5,000 requests; in the repository's root
          networks [<name> ...]
                     a table of the known networks: parameters, how far the probabilities of an ONNX file of each are from its
                     own on 100 images, and images trained on and scored per second
          onnx <folder>
                     writes an ONNX file of each known network into <folder>, 2.8 GB in all
          range-test <folder> <file.svg> <sweeps> [scratch]
                     a range test of some sweeps, as a picture and a table beside it: of the default trainer, or of the accuracy
                     benchmark's ResNet-20
          decode <folder> [<size>]
                     images decoded and resized per second: our decoder, SkiaSharp and ML.NET's own transforms
          resample <folder> [<size>]
                     ways to shrink photos: error beside an area average, what is left of fine lines, photos per second

          package <folder>
                     features of ML.NET's package of a ResNet-18, by its own ONNX files and by the library's network, on photos
          parity <folder>
                     logits beside torchvision's, of the networks that benchmarks/parity/parity.py wrote into <folder>

        But for the last one, a <folder> has one subfolder of image files a class. <size> is the width and height that images are
        stretched to, 32 unless given.
        """;

    private static readonly Dictionary<string, Comparison> Comparisons =
        new[] { ThroughputBenchmark.Comparison, ScoringBenchmark.Comparison, DecodingBenchmark.Comparison }
            .ToDictionary(comparison => comparison.Command);

    private static int Main(string[] args)
    {
        switch (args)
        {
            case ["schedule"]:
                return MicroBenchmark.Run<ScheduleBenchmark>();
            case ["adapter"]:
                return MicroBenchmark.Run<AdapterBenchmark>();
            case ["augment"]:
                return MicroBenchmark.Run<AugmentationBenchmark>();
            case ["picture", var path]:
                return SchedulesPicture.Run(path);
            case ["range-test", var folder, var path, var sweeps]:
                return RangeTestBenchmark.Run(folder, path, ParseNumber(sweeps), isFromScratch: false);
            case ["range-test", var folder, var path, var sweeps, "scratch"]:
                return RangeTestBenchmark.Run(folder, path, ParseNumber(sweeps), isFromScratch: true);
            case ["signals", var folder]:
                return SignalsBenchmark.Run(folder);
            case ["signals", var folder, var minimum, var maximum]:
                return SignalsBenchmark.Watch(
                    folder, double.Parse(minimum, CultureInfo.InvariantCulture), double.Parse(maximum, CultureInfo.InvariantCulture));
            case ["averaging"]:
                return AveragingBenchmark.Run();
            case ["accuracy", var trainFolder, var testFolder]:
                return AccuracyBenchmark.Run(trainFolder, testFolder, TrainingPrecision.Full);
            case ["accuracy", var trainFolder, var testFolder, "mixed"]:
                return AccuracyBenchmark.Run(trainFolder, testFolder, TrainingPrecision.MixedBFloat16);
            case ["memory", var folder]:
                return MemoryBenchmark.Run(folder);
            case ["serving", var folder, var model]:
                return ServingBenchmark.RunAsync(new ImageFolder(folder, DefaultImageSize), model).GetAwaiter().GetResult();
            case ["networks", .. var names]:
                return NetworksBenchmark.Run(names);
            case ["onnx", var folder]:
                return NetworksBenchmark.Save(folder);
            case ["resample", var folder]:
                return ResamplingBenchmark.Run(new ImageFolder(folder, DefaultImageSize));
            case ["resample", var folder, var size]:
                return ResamplingBenchmark.Run(new ImageFolder(folder, ParseNumber(size)));
            case ["footprint", var folder]:
                return ScoringProgram.Run(new ImageFolder(folder, DefaultImageSize));

            case ["package", var folder]:
                return PackageCheck.Run(folder);
            case ["parity", var folder]:
                return ParityCheck.Run(folder);

            // The processes that the benchmarks start.
            case [MemoryBySize.RunCommand, var folder, var images]:
                return MemoryBySize.RunOne(folder, int.Parse(images, CultureInfo.InvariantCulture));
            case [Comparison.VariantCommand, var command, var variant, var folder, var size]:
                return Comparisons[command].RunVariant(variant, new ImageFolder(folder, ParseNumber(size)));
            case [var command, var folder] when Comparisons.TryGetValue(command, out var comparison):
                return comparison.Run(new ImageFolder(folder, DefaultImageSize));
            case [var command, var folder, var size] when Comparisons.TryGetValue(command, out var comparison):
                return comparison.Run(new ImageFolder(folder, ParseNumber(size)));
            case [] or ["--help"]:
                Console.WriteLine(Help);
                return 0;
            default:
                Console.Error.WriteLine($"Unknown command: {string.Join(' ', args)}");
                Console.Error.WriteLine(Help);
                return 1;
        }
    }

    private static int ParseNumber(string number) => int.Parse(number, CultureInfo.InvariantCulture);
}
