using static TorchSharp.torch;

namespace Plrs.MLNet.Tests.Support;

/// <summary>The CUDA GPU that some tests need.</summary>
internal static class AnyGpu
{
    /// <summary>Ends a test as inconclusive, not as passed, where there is none.</summary>
    public static void OrInconclusive()
    {
        if (!cuda.is_available())
        {
            Assert.Inconclusive("There is no CUDA GPU that libtorch can use.");
        }
    }
}
