using Microsoft.ML.Runtime;

namespace Plrs.MLNet.ImageClassification;

/// <summary>Photos of which a network for small images sees next to nothing: what it does not see, it cannot learn.</summary>
internal static class ShrunkImages
{
    /// <summary>How many times larger than the network's images the median image may be, in both directions, without a word.</summary>
    private const int Factor = 4;

    public static void Warn(IChannel channel, (int Width, int Height) median, RunPlan plan, bool isSizeSet)
    {
        var size = plan.Decoding.Size;
        if (median.Width > Factor * size && median.Height > Factor * size)
        {
            var setting = isSizeSet
                ? $"Images.Size; Arch {plan.Network} is made for {plan.Network.ImageSize} × {plan.Network.ImageSize}"
                : $"the Images.Size of Arch {plan.Network}";
            channel.Warning(
                $"The network sees {size} × {size} pixels ({setting}) of training " +
                $"images whose median size is {median.Width} × {median.Height}, more than {Factor} times as much in both directions: " +
                "what tells the classes apart may be lost. Set Images.Size higher, or Arch to a network for larger images.");
        }
    }
}
