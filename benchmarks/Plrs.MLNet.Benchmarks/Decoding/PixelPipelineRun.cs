using Microsoft.ML;
using Microsoft.ML.Transforms.Image;
using Plrs.MLNet.Benchmarks.Comparisons;

namespace Plrs.MLNet.Benchmarks.Decoding;

/// <summary>ML.NET's own way from files to numbers, which runs on one thread.</summary>
internal static class PixelPipelineRun
{
    public static double Measure(ImageFolder images)
    {
        var mlContext = new MLContext(seed: 1);
        var pipeline = mlContext.Transforms.LoadImages("Image", "", nameof(LabeledImage.ImagePath))
            .Append(mlContext.Transforms.ResizeImages(
                "Image", images.ImageSize, images.ImageSize, resizing: ImageResizingEstimator.ResizingKind.Fill))
            .Append(mlContext.Transforms.ExtractPixels("Pixels", "Image"));
        var files = LabeledImage.SomeFromFolder(images.Path, EncodedFiles.Most);
        var rows = mlContext.Data.LoadFromEnumerable(files);
        return ColumnReader.Measure<float>(pipeline.Fit(rows).Transform(rows), "Pixels", files.Count);
    }
}
