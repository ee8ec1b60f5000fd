using Microsoft.ML.Runtime;
using Plrs.MLNet.Common;
using Plrs.MLNet.Schedules;
using Plrs.MLNet.Torch;

namespace Plrs.MLNet.ImageClassification;

/// <summary>What a run writes to ML.NET's log before its first step.</summary>
internal static class RunLog
{
    /// <summary>Warns of a device or a precision that is not what it seems.</summary>
    public static void Device(TrainingRun run, DeviceChoice device)
    {
        using var channel = run.Host.Start("Training");
        string?[] warnings =
        [
            device.Warning,
            run.Options.Steps.Precision.Warning(
                device.IsGpu ? Gpu.Find(device.Device.Index) : null, device.IsGpu ? null : Processor.Here),
            device.IsGpu && !DeterministicAlgorithms.AskFor()
                ? "This libtorch cannot be asked for cuDNN's deterministic algorithms: a run with the same seed may have other last bits."
                : null,
        ];
        foreach (var warning in warnings.OfType<string>())
        {
            channel.Warning(warning);
        }
    }

    /// <summary>Says what is trained on what, and warns of settings and data that do not go together.</summary>
    public static void Start(TrainingRun run)
    {
        var (data, plan, schedule) = (run.Data, run.Plan, run.Settings.Schedule);
        using var channel = run.Host.Start("Training");
        ShrunkImages.Warn(channel, data.TrainSet.MedianSize, plan, isSizeSet: run.Options.Images.Size is not null);
        var steps = run.Settings.StepsOf(data.TrainImages.Length).Count;
        var averaging = run.Options.AveragingWith(schedule);
        channel.Info(
            $"Training {plan.Network} on {Quantity.Of(data.TrainImages.Length, "image")} of {run.ClassNames.Length} classes, " +
            $"validating on {data.ValidationImages.Length}; " +
            $"{Quantity.Of(plan.Epochs, "epoch")} of {Quantity.Of(steps, "step")} on {run.Settings.Device}; schedule {schedule}; " +
            $"{(averaging.IsOn ? $"averaged weights: {averaging}; " : "")}seed {run.Seed}.");
        if (ClassSizes.NotValidated(data, run.ClassNames) is { } notValidated)
        {
            channel.Info(notValidated);
        }

        if (run.Start.Note is { } note)
        {
            channel.Warning(note);
        }

        if (schedule.Mismatch(plan.Epochs, steps) is { } mismatch)
        {
            channel.Warning(mismatch);
        }

        foreach (var warning in ClassSizes.Warnings(data, run.ClassNames).Concat(MigratedOptions.Warnings(run.Options, plan, data)))
        {
            channel.Warning(warning);
        }
    }
}
