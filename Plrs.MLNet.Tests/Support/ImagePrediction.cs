namespace Plrs.MLNet.Tests.Support;

internal class ImagePrediction
{
    public float[] Score { get; set; } = [];

    public string PredictedLabel { get; set; } = "";
}
