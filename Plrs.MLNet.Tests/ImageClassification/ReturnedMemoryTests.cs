using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.ML;
using Plrs.MLNet.Tests.Support;
using Plrs.MLNet.Torch;

namespace Plrs.MLNet.Tests.ImageClassification;

/// <summary>What a process keeps of the memory that a training took.</summary>
[TestClass]
[DoNotParallelize]
public sealed class ReturnedMemoryTests
{
    private const int Images = 64;

    [TestMethod]
    public void ATrainingsMemoryGoesBackWhenItAndAllOthersEnd()
    {
        if (!OperatingSystem.IsLinux() || !NativeLibrary.TryLoad("libc.so.6", out _))
        {
            Assert.Inconclusive("Memory is given back with glibc alone.");
        }

        var memory = ChildProcess.TrainAndMeasure();

        // 197, 818, 818 and 209 MiB where this was written.
        var (before, training, beside, after) = (memory[0], memory[1], memory[2], memory[3]);
        var half = before + ((training - before) / 2);
        Assert.IsGreaterThan(half, beside, string.Join(", ", memory));
        Assert.IsLessThan(half, after, string.Join(", ", memory));
    }

    /// <summary>
    /// Trains and writes the resident memory in MiB: after a training of one small step, at the end of a larger training, after it while
    /// something else still uses the allocator, and after that.
    /// </summary>
    public static void Run()
    {
        Train(imageSize: 8, images: 4, out _);
        Write(Environment.WorkingSet);
        using (NativeAllocator.Use())
        {
            Train(imageSize: 96, Images, out var training);
            Write(training);
            Write(Environment.WorkingSet);
        }

        Write(Environment.WorkingSet);

        static void Write(long bytes) => Console.WriteLine((bytes >> 20).ToString(CultureInfo.InvariantCulture));
    }

    private static void Train(int imageSize, int images, out long memory)
    {
        var inTraining = 0L;
        var options = TestPipeline.QuickOptions(epochs: 1);
        options.Images.Size = imageSize;
        options.BatchSize = Images / 2;
        options.Images.CacheMode = ImageCacheMode.Disk;
        options.Reporting.Observers = [.. options.Reporting.Observers, new Watching { Step = _ => inTraining = Environment.WorkingSet }];
        var mlContext = new MLContext(seed: 1);
        TestPipeline.FromMemory(mlContext, options).Fit(mlContext.Data.LoadFromEnumerable(TestPipeline.Images(images)));
        memory = inTraining;
    }
}
