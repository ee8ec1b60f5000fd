using Plrs.MLNet.Torch;

namespace Plrs.MLNet.Training;

/// <summary>
/// The seam between a step's backward pass and its update: whoever averages gradients over processes, or clips them, does it here.
/// </summary>
internal interface IGradientReduction
{
    /// <summary>Changes the gradients of a step in place. Their norm is measured, and the update made, with what it leaves.</summary>
    /// <param name="groups">The groups of parameters; those that are not trained in this step have no gradients.</param>
    /// <param name="step">The step's number in the run.</param>
    /// <param name="batchSize">The number of images that the gradients are the mean of: a mean over processes weighs them by it.</param>
    void Reduce(ParameterGroups groups, long step, int batchSize);
}
