namespace Microsoft.ML.Vision;

internal static class StandIn
{
    public static NotSupportedException Refusal() => new(
        "This program was built against stand-ins for ML.NET's TensorFlow-backed trainer and cannot train. " +
        "Build it with -p:WithTensorFlow=true, " +
        "which takes Microsoft.ML.Vision and TensorFlow from their packages; see docs/tensorflow.md.");
}
