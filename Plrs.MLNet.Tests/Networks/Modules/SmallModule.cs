using Plrs.MLNet.Networks;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Plrs.MLNet.Tests.Networks.Modules;

internal sealed class SmallModule(int width) : ModuleDefinition("SmallModule", ("width", width))
{
    public override int ImageSize => 16;

    protected override Module<Tensor, Tensor> CreateModule(int classCount) => Sequential(
        ("conv1", Conv2d(3, width, kernel_size: 3, padding: 1)),
        ("norm1", BatchNorm2d(width)),
        ("relu1", ReLU()),
        ("drop", Dropout2d(0.1)),
        ("conv2", Conv2d(width, 2 * width, kernel_size: 3, stride: 2)),
        ("relu2", ReLU()),
        ("pool", AdaptiveAvgPool2d(1)),
        ("flatten", Flatten()),
        ("head", Linear(2 * width, classCount)));
}
