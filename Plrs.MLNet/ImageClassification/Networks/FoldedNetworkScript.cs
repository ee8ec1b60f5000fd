using System.Runtime.InteropServices;
using static TorchSharp.torch;
using static TorchSharp.torch.jit;

namespace Plrs.MLNet.ImageClassification.Networks;

/// <summary>
/// The forward passes of folded networks, in TorchScript: one call from .NET computes a network. An image's result does not
/// depend, to the last bit, on the images beside it.
/// </summary>
/// <remarks>
/// libtorch's <c>conv2d</c> and <c>linear</c> compute one small image by other code than several, which rounds otherwise; from two
/// on, all numbers of images give the same bits. A script can name oneDNN's convolution, whose bits are the same for one image too.
/// </remarks>
internal static class FoldedNetworkScript
{
    private const string OneDnnConvolution = """
        def convolution(x, weight, bias, stride: int):
          return torch.mkldnn_convolution(x, weight, bias, [1, 1], [stride, stride], [1, 1], 1)
        """;

    private const string PortableConvolution = """
        def convolution(x, weight, bias, stride: int):
          if x.size(0) > 1:
            return torch.conv2d(x, weight, bias, [stride, stride], [1, 1], [1, 1], 1)
          return torch.conv2d(torch.cat([x, x]), weight, bias, [stride, stride], [1, 1], [1, 1], 1)[0:1]
        """;

    // The 2 of contiguous is channels last. A layer is a weight and a bias: the first convolution, two a residual block, the linear one.
    private const string Networks = """
        def linear(x, weight, bias):
          if x.size(0) > 1:
            return torch.linear(x, weight, bias)
          return torch.linear(torch.cat([x, x]), weight, bias)[0:1]

        def shortcut(x, added_channels: int):
          every_2nd = x[:, :, ::2, ::2]
          return torch.constant_pad_nd(every_2nd, [0, 0, 0, 0, added_channels // 2, added_channels // 2], 0)

        def cifar_resnet(images, weights: List[Tensor], biases: List[Tensor]):
          x = torch.relu_(convolution(images.contiguous(memory_format=2), weights[0], biases[0], 1))
          for i in range(1, len(weights) - 1, 2):
            added_channels = weights[i].size(0) - x.size(1)
            stride = 2 if added_channels > 0 else 1
            y = torch.relu_(convolution(x, weights[i], biases[i], stride))
            y = convolution(y, weights[i + 1], biases[i + 1], 1)
            if added_channels > 0:
              x = shortcut(x, added_channels)
            x = torch.relu_(y.add_(x))
          return linear(torch.mean(x, [2, 3]), weights[-1], biases[-1])
        """;

    private static readonly Lazy<CompilationUnit> Best = new(() => TryWithOneDnn() ?? Portable());

    /// <summary>Computes a network.</summary>
    /// <param name="network">The name of its function.</param>
    /// <param name="images">Normalised images of shape (batch, 3, height, width).</param>
    /// <param name="weights">The layers' weights, in order.</param>
    /// <param name="biases">The layers' biases, in order.</param>
    /// <returns>The logits, of shape (batch, classes).</returns>
    public static Tensor Run(string network, Tensor images, Tensor[] weights, Tensor[] biases) =>
        Best.Value.invoke<Tensor>(network, images, weights, biases);

    /// <summary>The script for a libtorch without oneDNN, such as that of Apple's processors.</summary>
    public static CompilationUnit Portable() => Compile(PortableConvolution);

    private static CompilationUnit? TryWithOneDnn()
    {
        var script = Compile(OneDnnConvolution);
        try
        {
            using var noGrad = no_grad();
            using var scope = NewDisposeScope();
            script.invoke("convolution", zeros(1, 1, 3, 3), zeros(1, 1, 3, 3), zeros(1), 1);
            return script;
        }
        catch (ExternalException)
        {
            script.Dispose();
            return null;
        }
    }

    private static CompilationUnit Compile(string convolution) => compile($"{convolution}\n\n{Networks}\n");
}
