"""Checks the ONNX files of a folder with the onnx package: structure, types and shapes. It needs python3-onnx.

    dotnet run -c Release --project benchmarks/Plrs.MLNet.Benchmarks -- onnx <folder>
    python3 benchmarks/parity/check_onnx.py <folder>
"""

import pathlib
import sys

import onnx


def shape(value):
    return [dimension.dim_param or dimension.dim_value for dimension in value.type.tensor_type.shape.dim]


def main():
    files = sorted(pathlib.Path(sys.argv[1]).glob("*.onnx"))
    for file in files:
        model = onnx.load(file)
        onnx.checker.check_model(model, full_check=True)
        inferred = onnx.shape_inference.infer_shapes(model, check_type=True, strict_mode=True)
        names = {info.name for info in inferred.graph.value_info}
        without_shape = [node.name for node in inferred.graph.node if not set(node.output) <= names | {"probabilities"}]
        assert not without_shape, without_shape
        value = model.graph.input[0]
        print(f"{file.stem}: IR {model.ir_version}, opset {model.opset_import[0].version}, {len(model.graph.node)} nodes, {value.name} {shape(value)}, probabilities {shape(model.graph.output[0])}")
    print(f"onnx {onnx.__version__}: {len(files)} files accepted")


main()
