using Microsoft.ML.OnnxRuntime;

namespace Plrs.MLNet.Scoring;

/// <summary>
/// A network that scores, by ONNX Runtime: on the CPU, or on a GPU where the application brings ONNX Runtime's GPU package. Threads score with
/// it while another may dispose of it: see <see cref="SharedModel"/>.
/// </summary>
internal sealed class InferenceEngine : IDisposable
{
    private const string Cuda = "CUDAExecutionProvider";

    private readonly InferenceSession _session;
    private readonly SharedModel _shared;
    private readonly string[] _inputNames;
    private readonly string[] _outputNames;
    private readonly RunOptions _runOptions;

    /// <param name="model">The ONNX model, with one input and one output.</param>
    /// <exception cref="InvalidOperationException">The application has no native ONNX Runtime.</exception>
    public InferenceEngine(byte[] model)
    {
        _session = CreateSession(model);
        _runOptions = new RunOptions();
        _shared = new SharedModel(Free);
        _inputNames = [.. _session.InputNames];
        _outputNames = [.. _session.OutputNames];
    }

    /// <summary>Runs the network once.</summary>
    /// <param name="inputs">The input alone.</param>
    /// <param name="outputs">The output alone; its memory receives the result.</param>
    /// <exception cref="ObjectDisposedException">The engine has been disposed of.</exception>
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

    private static InferenceSession CreateSession(byte[] model)
    {
        try
        {
            using var options = CreateOptions();
            return new InferenceSession(model, options);
        }
        catch (Exception e) when (e is TypeInitializationException or DllNotFoundException or EntryPointNotFoundException)
        {
            throw new InvalidOperationException(
                "Scoring needs the native ONNX Runtime, which this program does not have. Reference the package Microsoft.ML.OnnxRuntime, or Microsoft.ML.OnnxRuntime.Gpu to score on a GPU.", e);
        }
    }

    private static SessionOptions CreateOptions()
    {
        var options = new SessionOptions { IntraOpNumThreads = Environment.ProcessorCount, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };

        // Threads that spin while they wait for work slow down whatever else computes, such as a training.
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        if (OrtEnv.Instance().GetAvailableProviders().Contains(Cuda))
        {
            UseGpu(options);
        }

        return options;
    }

    private static void UseGpu(SessionOptions options)
    {
        try
        {
            options.AppendExecutionProvider_CUDA();
        }
        catch (OnnxRuntimeException)
        {
            // The package is there, but no GPU, or not what CUDA needs: the CPU scores.
        }
    }
}
