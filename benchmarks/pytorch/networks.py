"""What is measured: ResNet-20 of He et al. 2016, section 4.2, on small images, and torchvision's ResNet-18 on photos."""

from torch import nn
from torch.nn import functional as F


class Block(nn.Module):
    def __init__(self, channels, out_channels):
        super().__init__()
        self.added = out_channels - channels
        self.conv1 = nn.Conv2d(channels, out_channels, 3, 2 if self.added else 1, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(out_channels)
        self.conv2 = nn.Conv2d(out_channels, out_channels, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(out_channels)

    def forward(self, x):
        shortcut = x
        if self.added:
            shortcut = F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, self.added // 2, self.added // 2))
        y = F.relu(self.bn1(self.conv1(x)), inplace=True)
        y = self.bn2(self.conv2(y))
        return F.relu(y.add_(shortcut), inplace=True)


class ResNet20(nn.Module):
    def __init__(self, classes):
        super().__init__()
        self.conv = nn.Conv2d(3, 16, 3, 1, 1, bias=False)
        self.bn = nn.BatchNorm2d(16)
        widths = [16] * 3 + [32] * 3 + [64] * 3
        self.blocks = nn.Sequential(*(Block(a, b) for a, b in zip([16] + widths, widths)))
        self.linear = nn.Linear(64, classes)

    def forward(self, x):
        x = F.relu(self.bn(self.conv(x)), inplace=True)
        return self.linear(self.blocks(x).mean((2, 3)))


def network_of(size):
    """The network for images of a size, which is trained on 10 classes."""
    if size < 128:
        return ResNet20(10)

    from torchvision.models import resnet18

    return resnet18(num_classes=10)


def batch_of(size):
    """The number of images in a step, or in a forward pass."""
    return 128 if size < 128 else 16
