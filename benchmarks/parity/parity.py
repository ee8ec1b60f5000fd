"""Networks of torchvision with random values, for Plrs.MLNet to read, and weights of Plrs.MLNet for PyTorch to read.

    python3 parity.py write <folder> [<network> ...]     a file of each form, 8 images and their logits
    python3 parity.py check <folder> [<network> ...]     what `Plrs.MLNet.Benchmarks -- parity <folder>` wrote

Networks are called as Plrs.MLNet's `Network` calls them; without any it is all that both sides have.
"""

import json
import os
import struct
import sys

import torch
import torchvision

SEED, IMAGES, SIZE = 11, 8, 224
NETWORKS = {
    **{f"ResNet{depth}": f"resnet{depth}" for depth in (18, 34, 50, 101, 152)},
    **{f"Vgg{depth}": f"vgg{depth}_bn" for depth in (11, 13, 16, 19)},
    "DenseNet121": "densenet121",
    "MobileNetV2": "mobilenet_v2",
    "MobileNetV3Small": "mobilenet_v3_small",
    "MobileNetV3Large": "mobilenet_v3_large",
    "EfficientNetB0": "efficientnet_b0",
}
TYPES = {"F32": torch.float32, "I64": torch.int64}


def read_safetensors(path):
    with open(path, "rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        data = bytearray(file.read())
    metadata = header.pop("__metadata__", {})
    tensors = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        tensors[name] = torch.frombuffer(data[begin:end], dtype=TYPES[entry["dtype"]]).reshape(entry["shape"])
    return tensors, metadata


def write_safetensors(path, tensors):
    header, values = {}, []
    for name, tensor in sorted(tensors.items(), key=lambda item: -item[1].element_size()):
        begin = sum(map(len, values))
        values.append(tensor.contiguous().numpy().tobytes())
        kind = next(kind for kind, dtype in TYPES.items() if dtype == tensor.dtype)
        header[name] = {"dtype": kind, "shape": list(tensor.shape), "data_offsets": [begin, begin + len(values[-1])]}
    text = json.dumps(header).encode()
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + b"".join(values))


def randomised(network, images):
    """Random weights with the running statistics of some batches, and logits with a standard deviation of 1."""
    for module in network.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            torch.nn.init.uniform_(module.weight, 0.5, 1.5)
            torch.nn.init.normal_(module.bias, 0, 0.1)
            module.momentum = None
        elif isinstance(module, torch.nn.Dropout):
            module.p = 0.0
    network.train()
    for _ in range(2):
        network(images + 0.1 * torch.randn_like(images))
    network.eval()
    head = [module for module in network.modules() if isinstance(module, torch.nn.Linear)][-1]
    scale = network(images).std()
    head.weight /= scale
    head.bias /= scale
    return network


def write(folder, name):
    torch.manual_seed(SEED)
    images = torch.randn(IMAGES, 3, SIZE, SIZE)
    network = randomised(getattr(torchvision.models, NETWORKS[name])(weights=None), images)
    logits = network(images)
    state = network.state_dict()
    base = os.path.join(folder, name)
    torch.save(state, f"{base}.pth")
    torch.save({"epoch": 3, "state_dict": {f"module.{key}": value for key, value in state.items()}}, f"{base}.old.pth", _use_new_zipfile_serialization=False)
    write_safetensors(f"{base}.safetensors", state)
    write_safetensors(f"{base}.expected", {"images": images, "logits": logits})
    print(f"{name}: logits from {logits.min():.2f} to {logits.max():.2f}, standard deviation {logits.std():.2f}", flush=True)


def check(folder, name):
    base = os.path.join(folder, name)
    ours, metadata = read_safetensors(f"{base}.ours.safetensors")
    expected, _ = read_safetensors(f"{base}.expected")
    network = getattr(torchvision.models, NETWORKS[name])(weights=None).eval()
    network.load_state_dict(ours)  # Strict: every name and shape.
    difference = (network(expected["images"]) - expected["logits"]).abs().max().item()
    print(f"{name} ({metadata['network']}): {len(ours)} tensors, logits differ by {difference:.1e} at most", flush=True)
    return difference


def main(command, folder, *names):
    os.makedirs(folder, exist_ok=True)
    names = names or [name for name in NETWORKS if command == "write" or os.path.exists(os.path.join(folder, f"{name}.ours.safetensors"))]
    print(f"PyTorch {torch.__version__}, torchvision {torchvision.__version__}, seed {SEED}", flush=True)
    with torch.no_grad():
        differences = [{"write": write, "check": check}[command](folder, name) for name in names]
    sys.exit(command == "check" and max(differences) > 1e-4)


main(*sys.argv[1:])
