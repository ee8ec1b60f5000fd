namespace Plrs.MLNet;

/// <summary>How a training step is made: on which device, in which numbers, with which images and loss.</summary>
/// <example>
/// <code>
/// options.Steps.Device = TorchDevice.Cpu;
/// options.Steps.ClassBalance = ClassBalance.WeightedSampler;
/// </code>
/// </example>
public sealed class StepOptions
{
    /// <summary>
    /// Where the network is trained. Default <see cref="TorchDevice.Auto"/>: the GPU that <c>MLContext.GpuDeviceId</c> names, else the
    /// first CUDA GPU if there is one, else the CPU. Any other value counts more than the context's. Where the model scores, the context
    /// alone says.
    /// </summary>
    public TorchDevice Device { get; set; } = TorchDevice.Auto;

    /// <summary>The type of number in which training steps compute. Default <see cref="TrainingPrecision.Full"/>.</summary>
    public TrainingPrecision Precision { get; set; } = TrainingPrecision.Full;

    /// <summary>
    /// The fewest images that the last step of an epoch may have, from 1 to
    /// <see cref="TorchImageClassificationTrainer.Options.BatchSize"/>. If fewer are left, they are not trained on in that epoch; which
    /// they are differs from epoch to epoch. A step of one image would move the weights as far as any other, and give batch norm its
    /// statistics. Default <see langword="null"/>: 2, or a sixteenth of the batch size, rounded down, if that is more. An epoch always has
    /// a step.
    /// </summary>
    public int? MinimumLastBatchSize { get; set; }

    /// <summary>
    /// What is done about classes that have fewer images than others. The loss of the training is reported with the weights, that of the
    /// validation without. Default <see cref="ClassBalance.None"/>.
    /// </summary>
    public ClassBalance ClassBalance { get; set; } = ClassBalance.None;

    /// <summary>
    /// The share of every label that is spread over all classes in training (Szegedy et al. 2016), so that the network is not asked to be
    /// certain: at least 0 and less than 1; 0.1 is usual. The loss of the training is reported with it, that of the validation without.
    /// Default 0.
    /// </summary>
    public double LabelSmoothing { get; set; }

    internal StepOptions Clone() => (StepOptions)MemberwiseClone();
}
