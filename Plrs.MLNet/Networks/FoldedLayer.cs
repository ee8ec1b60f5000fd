using static TorchSharp.torch;

namespace Plrs.MLNet.Networks;

/// <summary>A convolution that does what the normalisation after it did as well, or a linear layer.</summary>
/// <param name="Weight">The weight, a convolution's with its channels last.</param>
/// <param name="Bias">The bias.</param>
internal readonly record struct FoldedLayer(Tensor Weight, Tensor Bias);
