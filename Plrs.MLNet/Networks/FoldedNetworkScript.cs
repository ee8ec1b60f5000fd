using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Plrs.MLNet.Networks;

/// <summary>
/// The forward passes of folded networks, in TorchScript: one call from .NET computes a network. An image's result does not
/// depend, to the last bit, on the images beside it.
/// </summary>
/// <remarks>
/// libtorch's <c>conv2d</c> and <c>linear</c> compute one small image by other code than several, which rounds otherwise. oneDNN's
/// convolution does not. Called by its own name, it also takes weights in its own order, which <c>conv2d</c> makes anew at every call.
/// </remarks>
internal static class FoldedNetworkScript
{
    /// <summary>The method that computes the CIFAR ResNets: images, weights and biases to logits.</summary>
    public const string CifarResNet = "cifar_resnet";

    private const string ClassName = "FoldedNetwork";

    private const string OneDnnConvolution = """
          def pack(self: __torch__.FoldedNetwork, weight: Tensor) -> Tensor:
            if weight.dim() == 4:
              stride = self.stride(weight)
              return ops.mkldnn._reorder_convolution_weight(weight, [1, 1], [stride, stride], [1, 1], 1)
            else:
              return weight.clone()

          def convolution(self: __torch__.FoldedNetwork, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
            stride = self.stride(weight)
            no_scalars = annotate(List[Optional[number]], [])
            return ops.mkldnn._convolution_pointwise(x, weight, bias, [1, 1], [stride, stride], [1, 1], 1, "none", no_scalars, "")

        """;

    // thnn_conv2d is libtorch's own code, image by image; conv2d would choose another's by the number of images. One image alone is spread
    // over the processors otherwise than one of several.
    private const string PortableConvolution = """
          def pack(self: __torch__.FoldedNetwork, weight: Tensor) -> Tensor:
            return weight.clone()

          def convolution(self: __torch__.FoldedNetwork, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
            stride = self.stride(weight)
            if x.size(0) > 1:
              return torch.thnn_conv2d(x, weight, [3, 3], bias, [stride, stride], [1, 1])
            else:
              return torch.thnn_conv2d(torch.cat([x, x]), weight, [3, 3], bias, [stride, stride], [1, 1])[0:1]

        """;

    // The 2 of contiguous is channels last. A layer is a weight and a bias: the first convolution, two a residual block, the linear one.
    private const string Networks = """
          def stride(self: __torch__.FoldedNetwork, weight: Tensor) -> int:
            return 2 if weight.size(0) == 2 * weight.size(1) else 1

          def linear(self: __torch__.FoldedNetwork, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
            if x.size(0) > 1:
              return torch.linear(x, weight, bias)
            else:
              return torch.linear(torch.cat([x, x]), weight, bias)[0:1]

          def shortcut(self: __torch__.FoldedNetwork, x: Tensor, added_channels: int) -> Tensor:
            every_2nd = x[:, :, ::2, ::2]
            return torch.constant_pad_nd(every_2nd, [0, 0, 0, 0, added_channels // 2, added_channels // 2], 0)

          def cifar_resnet(self: __torch__.FoldedNetwork, images: Tensor, weights: List[Tensor], biases: List[Tensor]) -> Tensor:
            x = torch.relu_(self.convolution(images.contiguous(memory_format=2), weights[0], biases[0]))
            for i in range(1, len(weights) - 1, 2):
              y = torch.relu_(self.convolution(x, weights[i], biases[i]))
              y = self.convolution(y, weights[i + 1], biases[i + 1])
              added_channels = y.size(1) - x.size(1)
              if added_channels > 0:
                x = self.shortcut(x, added_channels)
              x = torch.relu_(y.add_(x))
            return self.linear(torch.mean(x, [2, 3]), weights[-1], biases[-1])

        """;

    private static readonly Lazy<jit.ScriptModule> LazyBest = new(() => OneDnn() ?? Portable());

    /// <summary>The quickest script that this libtorch can run.</summary>
    public static jit.ScriptModule Best => LazyBest.Value;

    /// <summary>The script for a libtorch with oneDNN; <see langword="null"/> where there is none, such as on Apple's processors.</summary>
    public static jit.ScriptModule? OneDnn()
    {
        try
        {
            using var noGrad = no_grad();
            using var scope = NewDisposeScope();
            var script = Load(OneDnnConvolution);
            script.invoke("convolution", zeros(1, 1, 3, 3), script.invoke("pack", zeros(1, 1, 3, 3)), zeros(1));
            return script;
        }
        catch (ExternalException e) when (e.Message.Contains("mkldnn", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }
    }

    /// <summary>The script for any libtorch.</summary>
    public static jit.ScriptModule Portable() => Load(PortableConvolution);

    private static jit.ScriptModule Load(string convolution) => ScriptArchive.Load(ClassName, $"class {ClassName}(Module):\n{convolution}{Networks}");
}
