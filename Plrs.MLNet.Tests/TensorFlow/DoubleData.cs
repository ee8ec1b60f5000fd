using Microsoft.ML;
using Plrs.MLNet.Tests.Support;

namespace Plrs.MLNet.Tests.TensorFlow;

/// <summary>Drawn images as a trainer takes them: the bytes in "Image", the key of the class in "Label".</summary>
internal static class DoubleData
{
    public static IDataView Images(MLContext mlContext, int count)
    {
        var rows = Enumerable.Range(0, count)
            .Select(number => new { Kind = TestImages.Classes[number % TestImages.Classes.Length], Number = number });
        var images = mlContext.Data.LoadFromEnumerable(
            rows.Select(row => new InMemoryImage { Image = TestImages.Encode(row.Kind, row.Number, size: 8), Label = row.Kind }).ToList());
        return mlContext.Transforms.Conversion.MapValueToKey("Label").Fit(images).Transform(images);
    }
}
