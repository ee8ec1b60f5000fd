using Microsoft.ML;
using Plrs.MLNet.Tests.Support;

namespace Plrs.MLNet.Tests.ImageClassification;

/// <summary>The README's lines, as they stand there.</summary>
internal static class ReadmeProgram
{
    public static ITransformer Run(string imageFolder, IEnumerable<ImageRow> rows)
    {
        var images = new MLContext().Data.LoadFromEnumerable(rows);

        // From here
        var mlContext = new MLContext(seed: 1);
        var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(mlContext.Transforms.LoadRawImageBytes("Image", imageFolder, "ImagePath"))
            .Append(mlContext.MulticlassClassification.Trainers.TorchImageClassification("Label", "Image"))
            .Append(mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel"))
            .UsePlrs(0.002, 0.005);
        var model = pipeline.Fit(images);
        mlContext.Model.Save(model, images.Schema, "model.zip");

        // to here
        return model;
    }
}
