"""Images trained on per second by PyTorch: ResNet-20, 32x32, batch 128, plain SGD, tensors made beforehand.

The counterpart of Throughput/BareLoop.cs: the same network, steps and timing. Prints one number.
"""

import os
import time

import torch
from torch import nn
from torch.nn import functional as F

BATCH, WARM_UP, TIMED, PRELOADED = 128, 8, 70, 10


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


torch.set_num_threads(os.cpu_count())
torch.manual_seed(1)
network = ResNet20(10).train()
optimizer = torch.optim.SGD(network.parameters(), lr=0.085)
images = [torch.randn(BATCH, 3, 32, 32) for _ in range(PRELOADED)]
labels = [torch.randint(0, 10, (BATCH,)) for _ in range(PRELOADED)]
for step in range(WARM_UP + TIMED):
    if step == WARM_UP:
        start = time.perf_counter()
    loss = F.cross_entropy(network(images[step % PRELOADED]), labels[step % PRELOADED])
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    loss.item()
print(TIMED * BATCH / (time.perf_counter() - start))
