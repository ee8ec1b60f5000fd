using Microsoft.ML.OnnxRuntime;
using Plrs.MLNet.Common;

namespace Plrs.MLNet.Scoring;

/// <summary>
/// A network that scores, by ONNX Runtime: on the CPU, or on a GPU where the application brings ONNX Runtime's GPU package. Threads score
/// with it while another may dispose of it: see <see cref="SharedModel"/>.
/// </summary>
internal sealed class InferenceEngine : IInferenceEngine
{
    private readonly InferenceSession _session;
    private readonly SharedModel _shared;
    private readonly string[] _inputNames;
    private readonly string[] _outputNames;
    private readonly RunOptions _runOptions;

    /// <param name="model">The ONNX model, with one input and one output.</param>
    /// <param name="device">Where it scores.</param>
    /// <exception cref="InvalidOperationException">
    /// The application has no native ONNX Runtime, or a GPU is asked for that cannot be used.
    /// </exception>
    public InferenceEngine(byte[] model, ScoringDevice device)
    {
        _session = CreateSession(model, device);
        _runOptions = new RunOptions();
        _shared = new SharedModel(Free);
        _inputNames = [.. _session.InputNames];
        _outputNames = [.. _session.OutputNames];
    }

    /// <inheritdoc/>
    public void Run(OrtValue[] inputs, OrtValue[] outputs)
    {
        _shared.Enter();
        try
        {
            _session.Run(_runOptions, _inputNames, inputs, _outputNames, outputs);
        }
        finally
        {
            _shared.Leave();
        }
    }

    public void Dispose() => _shared.Dispose();

    private void Free()
    {
        _session.Dispose();
        _runOptions.Dispose();
    }

    private static InferenceSession CreateSession(byte[] model, ScoringDevice device)
    {
        try
        {
            var runtime = OrtEnv.Instance();
            runtime.DisableTelemetryEvents(); // Since 1.29 it reports to its maker, on Linux and macOS too.
            if (device.TriesGpu(runtime.GetAvailableProviders()) && CreateOnGpu(model, device) is { } session)
            {
                return session;
            }

            using var options = CreateOptions();
            return new InferenceSession(model, options);
        }
        catch (Exception e) when (e is TypeInitializationException or DllNotFoundException or EntryPointNotFoundException)
        {
            throw new InvalidOperationException(
                "Scoring needs the native ONNX Runtime, which this program does not have. " +
                "Reference the package Microsoft.ML.OnnxRuntime, or Microsoft.ML.OnnxRuntime.Gpu to score on a GPU.", e);
        }
    }

    /// <returns><see langword="null"/> where the GPU cannot be used, and the CPU may score.</returns>
    private static InferenceSession? CreateOnGpu(byte[] model, ScoringDevice device)
    {
        try
        {
            using var options = CreateOptions();
            options.AppendExecutionProvider_CUDA(device.Gpu);
            return new InferenceSession(model, options);
        }
        catch (OnnxRuntimeException e)
        {
            // The package is there, but not the GPU, or not what CUDA needs.
            device.CheckFallback($"{Sentence.Of(e.Message)} Name a GPU that is there", e);
            return null;
        }
    }

    private static SessionOptions CreateOptions()
    {
        var options = new SessionOptions
        {
            IntraOpNumThreads = Environment.ProcessorCount,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };

        // Its threads spin for their next share of a run, which is quick, and sleep between runs: spinning on, they would slow down
        // whatever else computes, such as a training.
        options.AddSessionConfigEntry("session.force_spinning_stop", "1");
        return options;
    }
}
