using Microsoft.ML.OnnxRuntime;

namespace Plrs.MLNet.Scoring;

/// <summary>A network that scores. Threads score with it while another may dispose of it: see <see cref="SharedModel"/>.</summary>
internal interface IInferenceEngine : IDisposable
{
    /// <summary>Runs the network once.</summary>
    /// <param name="inputs">The input alone: normalised images of shape (images, 3, height, width).</param>
    /// <param name="outputs">The output alone; its memory receives the probabilities, of shape (images, classes).</param>
    /// <exception cref="ObjectDisposedException">The engine has been disposed of.</exception>
    void Run(OrtValue[] inputs, OrtValue[] outputs);
}
