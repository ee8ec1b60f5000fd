"""Images scored per second by PyTorch: ResNet-20, batch 128, or on photos ResNet-18, batch 16, in evaluation, softmax, tensors made beforehand.

The counterpart of Scoring/BareForward.cs and Comparisons/Speed.cs. Takes the images' size, prints one number.
"""

import os
import sys
import time

import torch
from torch.nn import functional as F

from networks import batch_of, network_of

PRELOADED, WARM_UP_SECONDS, TIMED_SECONDS = 10, 1.0, 3.0


def batches_per_second(at_least):
    start = time.perf_counter()
    batches = 0
    while True:
        scores.copy_(F.softmax(network(images[batches % PRELOADED]), 1))
        batches += 1
        elapsed = time.perf_counter() - start
        if elapsed >= at_least:
            return batches / elapsed


size = int(sys.argv[1])
batch = batch_of(size)
torch.set_num_threads(os.cpu_count())
torch.manual_seed(1)
network = network_of(size).eval()
images = [torch.randn(batch, 3, size, size) for _ in range(PRELOADED)]
scores = torch.empty(batch, 10)
with torch.inference_mode():
    batches_per_second(WARM_UP_SECONDS)
    print(batch * batches_per_second(TIMED_SECONDS))
