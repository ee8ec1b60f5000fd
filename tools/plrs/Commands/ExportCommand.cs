using System.CommandLine;
using Microsoft.ML;
using Plrs.MLNet;
using Plrs.MLNet.Experiments.CommandLines;
using Plrs.MLNet.Experiments.Folders;
using Plrs.MLNet.Experiments.Reports;
using PlrsTool.Models;

namespace PlrsTool.Commands;

/// <summary><c>plrs export</c>: a model's network for other programs.</summary>
internal static class ExportCommand
{
    public static Command Create()
    {
        var model = Inputs.Model();
        var onnx = Inputs.File("--onnx", "Write the network to this file, as ONNX.");
        var pixels = new Option<bool>("--pixels")
        {
            Description = "The ONNX file takes RGB pixels from 0 to 255, in place of normalised images.",
        };
        var safetensors = Inputs.File("--safetensors", "Write the weights to this file, as safetensors with PyTorch's names.");
        var command = new Command(
            "export", "Write a model's network or weights for other programs.") { model, onnx, pixels, safetensors, SharedOptions.Force };
        command.Validators.Add(result =>
        {
            if (result.GetValue(onnx) is null && result.GetValue(safetensors) is null)
            {
                result.AddError("Give the file to write: --onnx, --safetensors, or both.");
            }
            else if (result.GetValue(onnx) is null && result.GetValue(pixels))
            {
                result.AddError("--pixels is for --onnx.");
            }
        });
        return command.Answers(result => Run(
            result.GetRequiredValue(model), result.GetValue(onnx),
            result.GetValue(pixels) ? OnnxInput.RgbPixels : OnnxInput.NormalizedImages, result.GetValue(safetensors),
            result.GetValue(SharedOptions.Force)));
    }

    private static Answer Run(string modelPath, string? onnx, OnnxInput input, string? safetensors, bool replaces)
    {
        foreach (var (option, path) in (ReadOnlySpan<(string, string?)>)[("--onnx", onnx), ("--safetensors", safetensors)])
        {
            if (path is not null)
            {
                OutputFile.Check(option, path, replaces);
            }
        }

        using var model = TrainedModel.Open(LibraryWords.Tell(new MLContext(seed: 1)), modelPath);
        if (onnx is not null)
        {
            model.FromImages.SaveOnnx(onnx, input);
            Report.Saved(onnx);
        }

        if (safetensors is not null)
        {
            model.FromImages.SaveWeights(safetensors);
            Report.Saved(safetensors);
        }

        return new(new { onnx = Whole(onnx), safetensors = Whole(safetensors) }, Next: Next.AfterExport(modelPath));

        static string? Whole(string? path) => path is null ? null : Path.GetFullPath(path);
    }
}
