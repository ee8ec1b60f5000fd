using Microsoft.ML;
using Plrs.MLNet.Tests.Support;

namespace Plrs.MLNet.Tests.ImageClassification;

/// <summary>The program of ten lines that a user begins with, on files each of which lies in a folder named as its class.</summary>
internal static class FolderProgram
{
    public static void Run(string folder, IEnumerable<string> paths)
    {
        var mlContext = new MLContext(seed: 1);
        mlContext.Log += (_, e) => Console.WriteLine(e.Message);
        var images = mlContext.Data.LoadFromEnumerable(
            paths.Select(path => new ImageRow { ImagePath = path, Label = Path.GetDirectoryName(path) }));
        var options = TestPipeline.QuickOptions(epochs: 1);
        options.ValidationSetFraction = 0.1f;
        var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(mlContext.Transforms.LoadRawImageBytes("Image", folder, nameof(ImageRow.ImagePath)))
            .Append(mlContext.MulticlassClassification.Trainers.TorchImageClassification(options))
            .Append(mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel"))
            .UsePlrs(0.07, 0.1);
        pipeline.Fit(images);
    }
}
