"""Images trained on per second by PyTorch: ResNet-20, batch 128, or on photos ResNet-18, batch 16, plain SGD, tensors made beforehand.

The counterpart of Throughput/BareLoop.cs: the same network, steps and timing. Takes the images' size, prints one number.
"""

import os
import sys
import time

import torch
from torch.nn import functional as F

from networks import batch_of, network_of

size = int(sys.argv[1])
batch = batch_of(size)
WARM_UP, TIMED, PRELOADED = 8, 10 if size >= 128 else 70, 10
torch.set_num_threads(os.cpu_count())
torch.manual_seed(1)
network = network_of(size).train()
optimizer = torch.optim.SGD(network.parameters(), lr=0.085)
images = [torch.randn(batch, 3, size, size) for _ in range(PRELOADED)]
labels = [torch.randint(0, 10, (batch,)) for _ in range(PRELOADED)]
for step in range(WARM_UP + TIMED):
    if step == WARM_UP:
        start = time.perf_counter()
    loss = F.cross_entropy(network(images[step % PRELOADED]), labels[step % PRELOADED])
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    loss.item()
print(TIMED * batch / (time.perf_counter() - start))
