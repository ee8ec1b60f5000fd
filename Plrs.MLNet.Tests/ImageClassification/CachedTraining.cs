using Microsoft.ML;

namespace Plrs.MLNet.Tests.ImageClassification;

/// <summary>What the process does whose files may not grow in <see cref="CacheModeTests"/>.</summary>
internal static class CachedTraining
{
    public const int Images = 60;
    public const int DecodedBytes = 64 * 64 * 3;

    public static void Run(string workspace)
    {
        var mlContext = new MLContext(seed: 1);
        var options = TestPipeline.QuickOptions();
        options.Images.Size = 64;
        options.Images.CacheMode = ImageCacheMode.Disk;
        options.WorkspacePath = workspace;
        try
        {
            TestPipeline.FromMemory(mlContext, options).Fit(mlContext.Data.LoadFromEnumerable(TestPipeline.Images(Images)));
            Console.WriteLine("no error");
        }
        catch (InvalidOperationException e)
        {
            Console.WriteLine($"{e.GetType().Name}: {e.Message}");
        }
    }
}
